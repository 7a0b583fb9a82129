import type { Transition } from "../base/state-machine.ts";
import type { Capabilities } from "./capabilities.ts";
import type { ClientInput, ClientState } from "./client-state.ts";
import type { CallListener } from "./guarded-caller.ts";
import type { InterfaceDetails } from "./interface-details.ts";
import type { Loss } from "./loss.ts";
import type { SignalListener } from "./questions.ts";

/** Told what the client learns; calls must return at once. */
export interface InterfaceListener extends CallListener, SignalListener {
  stateChanged(transition: Transition<ClientState, ClientInput>): void;
  /** The CCU is about to be told this URL. */
  registering(registration: { url: string; capabilities: Capabilities }): void;
  registered(): void;
  eventPathConfirmed(): void;
  /** A ping was answered, its PONG did not come in time; other events may have. */
  pongMissed(missed: { reason: string; eventsArrive: boolean }): void;
  /** The connection is lost or did not come about; it is set up anew by itself. */
  lost(loss: Loss, reason: string): void;
  described(details: InterfaceDetails): void;
}

export interface InterfaceTimings {
  readonly pingIntervalMs: number;
  readonly callTimeoutMs: number;
  readonly deregisterTimeoutMs: number;
  /** For what is asked between two pings; together with a ping it fits into their interval. */
  readonly questionTimeoutMs: number;
}

export const DEFAULT_TIMINGS: InterfaceTimings = {
  pingIntervalMs: 15_000,
  callTimeoutMs: 10_000,
  deregisterTimeoutMs: 2_000,
  questionTimeoutMs: 5_000,
};
