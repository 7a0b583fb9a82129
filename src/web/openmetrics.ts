import { Exposition, type ExpositionFormat } from "./exposition.ts";
import type { AppFigures } from "./figures.ts";
import { APP_FAMILIES } from "./series/app-families.ts";
import { AVAILABILITY_FAMILIES } from "./series/availability-families.ts";
import { CCU_FAMILIES } from "./series/ccu-families.ts";
import { INTERFACE_FAMILIES } from "./series/interface-families.ts";
import { APP_KEY_FAMILIES, CCU_KEY_FAMILIES } from "./series/key-families.ts";
import { LabelledCcu } from "./series/labelled.ts";

/** The state as text, in UTF-8, for Prometheus and its relatives; `docs/metric-keys.md` holds all series. */
export function openMetrics(figures: AppFigures, format: ExpositionFormat): Buffer {
  const exposition = new Exposition(format);
  const shown = new Set<string>();
  exposition.add(APP_FAMILIES, figures);
  for (const ccu of figures.ccus) {
    const labelled = new LabelledCcu(ccu);
    // Twice the same labels would make the whole text useless.
    if (shown.has(labelled.labels.text)) continue;
    shown.add(labelled.labels.text);
    exposition.add(CCU_FAMILIES, labelled);
    exposition.add(INTERFACE_FAMILIES, labelled);
    exposition.add(AVAILABILITY_FAMILIES, labelled);
    exposition.add(CCU_KEY_FAMILIES, labelled);
  }
  exposition.add(APP_KEY_FAMILIES, figures);
  return exposition.bytes();
}
