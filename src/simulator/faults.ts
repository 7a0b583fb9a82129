/**
 * What the door of an interface does with a call.
 * - `hang`: accepts and never answers.
 * - `refuse`: the port is closed.
 * - `boot`: HTTP 503 "CCU not ready yet"; the reboot has made the process forget its clients.
 * - `unauthorized`, `html`: the web server in front answers with HTML; the process behind lives and goes on reporting.
 * - `processDown`: HTTP 502; a restarted process still knows its clients.
 */
export type SimulatedMode = "normal" | "hang" | "refuse" | "boot" | "unauthorized" | "processDown" | "html";

/** The switches of one interface; each takes effect at once. */
export interface SimulatedFaults {
  readonly mode: SimulatedMode;
  /** Calls are carried out, but after the HTTP headers nothing follows. */
  readonly halfOpen: boolean;
  /** `init` does all of its work and is never answered. */
  readonly initNeverAnswers: boolean;
  /** `init` is answered and calls back, but no event follows. */
  readonly initWithoutEvents: boolean;
  /** `init` makes the process send `deleteDevices` for everything it owns. */
  readonly deleteDevicesStorm: boolean;
  /** `ping` is answered with true and nothing follows. */
  readonly pingWithoutPong: boolean;
  readonly latePongMs: number;
  readonly duplicatePong: boolean;
  /** Each ping also brings the PONG of another client. */
  readonly foreignPong: boolean;
  /** Devices say nothing any more; PONGs go on. */
  readonly radioSilence: boolean;
}

export const NO_FAULTS: SimulatedFaults = {
  mode: "normal",
  halfOpen: false,
  initNeverAnswers: false,
  initWithoutEvents: false,
  deleteDevicesStorm: false,
  pingWithoutPong: false,
  latePongMs: 0,
  duplicatePong: false,
  foreignPong: false,
  radioSilence: false,
};

const STOPPED: ReadonlySet<SimulatedMode> = new Set<SimulatedMode>(["hang", "refuse", "boot", "processDown"]);

/** Whether the interface process itself stands still, so that it sends nothing either. */
export function isStopped(mode: SimulatedMode): boolean {
  return STOPPED.has(mode);
}
