import type { ErrorCode } from "../base/errors.ts";
import type { PathState } from "../events/product-events.ts";

/** What is known about one interface at one moment; everything a cause is found from. */
export interface Evidence {
  readonly paths: Readonly<Record<"command" | "event" | "radio", PathState>>;
  /** Why the last call was not answered; `null` when it was. */
  readonly commandError: ErrorCode | null;
  /** For how long calls have failed with this error. */
  readonly commandErrorForMs: number;
  /** Whether a call was answered since the start. */
  readonly everAnswered: boolean;
  /** Whether another interface of the same CCU answers. */
  readonly siblingAnswers: boolean;
  /** Why no address of ours could be found for the last registration. */
  readonly addressError: ErrorCode | null;
  /** The CCU refused the last registration. */
  readonly registrationRefused: boolean;
  /** The CCU took a registration, and nothing came to our callback path since. */
  readonly callbacksMissing: boolean;
  /** How many of the last pings in a row were answered without a PONG. */
  readonly missingPongs: number;
  /** Those of them since which no event came either. */
  readonly missedPongs: number;
  /** Pings were answered without PONG, so that the registration was given up; no event has come since. */
  readonly eventsStopped: boolean;
  /** A PONG came after its time within the last minutes. */
  readonly pongsLate: boolean;
  /** PONGs bear our id and tokens that we did not send. */
  readonly idShared: boolean;
  /** No PONG is to be had: there is no `ping`, or none of those that were answered brought one. */
  readonly pingUnsupported: boolean;
  readonly gatewayDisconnected: boolean;
  readonly dutyCycleHigh: boolean;
  readonly carrierSenseHigh: boolean;
}

/** Before anything was heard or asked. */
export const NOTHING_KNOWN: Evidence = {
  paths: { command: "unknown", event: "unknown", radio: "unknown" },
  commandError: null,
  commandErrorForMs: 0,
  everAnswered: false,
  siblingAnswers: false,
  addressError: null,
  registrationRefused: false,
  callbacksMissing: false,
  missingPongs: 0,
  missedPongs: 0,
  eventsStopped: false,
  pongsLate: false,
  idShared: false,
  pingUnsupported: false,
  gatewayDisconnected: false,
  dutyCycleHigh: false,
  carrierSenseHigh: false,
};
