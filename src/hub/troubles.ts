import type { CauseCode } from "../diagnosis/cause-codes.ts";
import type { ActiveCause, Diagnosis } from "../diagnosis/diagnosis.ts";
import type { HubEventType, HubProblemKey } from "./hub-sensor-sink.ts";

/** A trouble that Home Assistant is told the begin and mostly the end of. */
export interface Trouble {
  readonly begins: HubEventType;
  /** Left out where the end shows as `interface_restored` or by the repair that goes. */
  readonly ends?: HubEventType;
  /** Left out: the connection as a whole is lost, whatever the cause. */
  readonly cause?: CauseCode;
  /** The repair that lasts as long as the trouble. */
  readonly problem?: HubProblemKey;
}

export const TROUBLES: readonly Trouble[] = [
  { begins: "interface_lost", ends: "interface_restored" },
  { begins: "callback_unreachable", ends: "callback_restored", cause: "callback_unreachable", problem: "callback_unreachable" },
  { begins: "dropped_by_ccu", cause: "dropped_by_ccu" },
  { begins: "credentials_rejected", cause: "credentials_rejected", problem: "credentials_rejected" },
  { begins: "id_conflict", cause: "id_conflict", problem: "id_conflict" },
  { begins: "radio_silent", ends: "radio_restored", cause: "radio_silent" },
  { begins: "duty_cycle_high", ends: "duty_cycle_normal", cause: "duty_cycle_high" },
  { begins: "carrier_sense_high", ends: "carrier_sense_normal", cause: "carrier_sense_high" },
  { begins: "gateway_lost", ends: "gateway_restored", cause: "gateway_disconnected" },
];

/** The trouble as it is at present, with what causes it as far as it is known; `null`: there is none. */
export function presentTrouble(
  { cause }: Trouble,
  { causes, lostSinceMs }: Diagnosis,
): { sinceMs: number; cause: ActiveCause | null } | null {
  const active = cause === undefined ? causes[0] : causes.find(({ code }) => code === cause);
  if (cause === undefined) return lostSinceMs === null ? null : { sinceMs: lostSinceMs, cause: active ?? null };
  return active === undefined ? null : { sinceMs: active.sinceMs, cause: active };
}
