import { type ExpositionFormat, exposition } from "./exposition.ts";
import { appFamilies } from "./series/app-families.ts";
import { ccuFamilies } from "./series/ccu-families.ts";
import { interfaceFamilies } from "./series/interface-families.ts";
import { keyFamilies } from "./series/key-families.ts";
import type { AppStatus } from "./status.ts";

/** The state as text for Prometheus and its relatives; `docs/metric-keys.md` holds all series. */
export function openMetrics(status: AppStatus, format: ExpositionFormat): string {
  const { ccus } = status;
  return exposition([...appFamilies(status), ...ccuFamilies(ccus), ...interfaceFamilies(ccus), ...keyFamilies(status)], format);
}
