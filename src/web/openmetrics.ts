import { type ExpositionFormat, exposition, type Family } from "./exposition.ts";
import { appFamilies } from "./series/app-families.ts";
import { availabilityFamilies } from "./series/availability-families.ts";
import { ccuFamilies } from "./series/ccu-families.ts";
import { interfaceFamilies } from "./series/interface-families.ts";
import { keyFamilies } from "./series/key-families.ts";
import type { AppStatus, CcuStatus } from "./status.ts";

/** The state as text for Prometheus and its relatives; `docs/metric-keys.md` holds all series. */
export function openMetrics(given: AppStatus, format: ExpositionFormat): string {
  const status = { ...given, ccus: distinct(given.ccus, ({ id }) => id).map(withDistinctInterfaces) };
  return exposition(familiesOf(status), format);
}

/** One after the other, so that not all samples are in memory at once. */
function* familiesOf(status: AppStatus): Generator<Family> {
  yield* appFamilies(status);
  yield* ccuFamilies(status.ccus);
  yield* interfaceFamilies(status.ccus);
  yield* availabilityFamilies(status.ccus);
  yield* keyFamilies(status);
}

function withDistinctInterfaces(ccu: CcuStatus): CcuStatus {
  return { ...ccu, interfaces: distinct(ccu.interfaces, ({ name }) => name) };
}

/** The last of those that would have the same labels. */
function distinct<Thing>(things: readonly Thing[], nameOf: (thing: Thing) => string): readonly Thing[] {
  return [...new Map(things.map((thing) => [nameOf(thing), thing])).values()];
}
