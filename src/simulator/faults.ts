/** What the door of an interface does with a call. */
export type SimulatedMode =
  | "normal"
  | "hang"
  | "refuse"
  | "reset"
  | "forbidden"
  | "boot"
  | "unauthorized"
  | "notFound"
  | "processDown"
  | "html";

/** How the connections are encrypted, of a CCU that encrypts them. */
export type SimulatedEncryption = "usual" | "newCertificate" | "outdated";

/** In which state answers to calls arrive. */
export type SimulatedAnswers = "whole" | "cutOff" | "unfinished" | "garbage" | "notHttp";

/** What becomes of the calls of the process to its clients. */
export type SimulatedCallbacks = "arrive" | "refused" | "stall";

/** How events are packed. */
export type SimulatedEventForm = "usual" | "single" | "multicall";

/** The switches of one interface; each takes effect at once. What each of them does is told in `SWITCHES` and docs/simulator.md. */
export interface SimulatedFaults {
  readonly mode: SimulatedMode;
  readonly encryption: SimulatedEncryption;

  readonly answers: SimulatedAnswers;
  readonly halfOpen: boolean;
  readonly slowAnswersMs: number;
  readonly faultCode: number;

  readonly initRejected: boolean;
  readonly initNeverAnswers: boolean;
  readonly initWithoutEvents: boolean;
  readonly deleteDevicesStorm: boolean;

  readonly pingUnsupported: boolean;
  readonly pingWithoutPong: boolean;
  readonly lostPongPercent: number;
  readonly latePongMs: number;
  readonly duplicatePong: boolean;
  readonly foreignPong: boolean;
  readonly idCollision: boolean;

  readonly callbacks: SimulatedCallbacks;
  readonly eventForm: SimulatedEventForm;
  readonly radioSilence: boolean;
  readonly eventsPerSecond: number;

  readonly unreachable: number;
  readonly lowBatteries: number;
  readonly configPending: number;

  readonly dutyCycle: number | null;
  readonly carrierSense: number | null;
  readonly gatewayDisconnected: boolean;
}

/** A healthy CCU. */
export const NO_FAULTS: SimulatedFaults = {
  mode: "normal",
  encryption: "usual",
  answers: "whole",
  halfOpen: false,
  slowAnswersMs: 0,
  faultCode: 0,
  initRejected: false,
  initNeverAnswers: false,
  initWithoutEvents: false,
  deleteDevicesStorm: false,
  pingUnsupported: false,
  pingWithoutPong: false,
  lostPongPercent: 0,
  latePongMs: 0,
  duplicatePong: false,
  foreignPong: false,
  idCollision: false,
  callbacks: "arrive",
  eventForm: "usual",
  radioSilence: false,
  eventsPerSecond: 0,
  unreachable: 0,
  lowBatteries: 0,
  configPending: 0,
  dutyCycle: null,
  carrierSense: null,
  gatewayDisconnected: false,
};

const STOPPED: ReadonlySet<SimulatedMode> = new Set<SimulatedMode>(["hang", "refuse", "boot", "processDown"]);

/** Whether the interface process itself stands still, so that it sends nothing either. */
export function isStopped(mode: SimulatedMode): boolean {
  return STOPPED.has(mode);
}
