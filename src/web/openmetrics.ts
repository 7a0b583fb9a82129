import { getOrInsert } from "../events/get-or-insert.ts";
import { Exposition, type ExpositionFormat, type Labels } from "./exposition.ts";
import type { AppFigures } from "./figures.ts";
import { APP_FAMILIES } from "./series/app-families.ts";
import { AVAILABILITY_FAMILIES } from "./series/availability-families.ts";
import { CCU_FAMILIES } from "./series/ccu-families.ts";
import { INTERFACE_FAMILIES } from "./series/interface-families.ts";
import { APP_KEY_FAMILIES, CCU_KEY_FAMILIES } from "./series/key-families.ts";
import { LabelledCcu } from "./series/labelled.ts";

const CCU_PARTS = [...CCU_FAMILIES, ...INTERFACE_FAMILIES, ...AVAILABILITY_FAMILIES, ...CCU_KEY_FAMILIES];
const FAMILIES = [...APP_FAMILIES, ...CCU_PARTS, ...APP_KEY_FAMILIES];

/** The state as text, in UTF-8, for Prometheus and its relatives; `docs/metric-keys.md` holds all series. */
export class MetricsText {
  readonly #kept = new Map<ExpositionFormat, Exposition>();

  of(figures: AppFigures, format: ExpositionFormat): Buffer {
    const exposition = getOrInsert(this.#kept, format, () => new Exposition(format, FAMILIES));
    exposition.begin();
    tell(figures, exposition);
    return exposition.bytes();
  }
}

function tell(figures: AppFigures, exposition: Exposition): void {
  const shown = new Set<Labels>();
  exposition.add(APP_FAMILIES, figures);
  for (const ccu of figures.ccus) {
    const labelled = new LabelledCcu(ccu);
    // Twice the same labels would make the whole text useless.
    if (shown.has(labelled.labels)) continue;
    shown.add(labelled.labels);
    exposition.add(CCU_PARTS, labelled);
  }
  exposition.add(APP_KEY_FAMILIES, figures);
}
