import type { CauseCode } from "../../src/diagnosis/cause-codes.ts";
import type { SimulatedFaults } from "../../src/simulator/index.ts";

/** One thing that can be wrong with an interface. */
export interface Fault {
  readonly name: string;
  readonly on: Partial<SimulatedFaults>;
  readonly off: Partial<SimulatedFaults>;
  readonly cause: CauseCode;
  /** Named on the way to its own cause, while less is known. */
  readonly passing?: readonly CauseCode[];
  readonly detectedMs: number;
  readonly recoveredMs: number;
  /** The CCU delivers device events all the same. */
  readonly eventsGoOn?: boolean;
}

/** A ping is due within 15 s and waits 10 s for its answer and its PONG. */
const ONE_PING_MS = 26_000;
/** Two pings in a row without PONG. */
const TWO_PINGS_MS = 52_000;
/** Attempts are 10 s apart at most, and the last one may have just begun to time out. */
const CALLS_BACK_MS = 30_000;
/** Registrations under which nothing arrives are up to 60 s apart. */
const EVENTS_BACK_MS = 90_000;

function calls(
  name: string,
  cause: CauseCode,
  on: Partial<SimulatedFaults>,
  off: Partial<SimulatedFaults>,
  more: { eventsGoOn?: boolean } = {},
): Fault {
  return { name, on, off, cause, detectedMs: ONE_PING_MS, recoveredMs: CALLS_BACK_MS, ...more };
}

const mode = (name: SimulatedFaults["mode"], cause: CauseCode, more: { eventsGoOn?: boolean } = {}): Fault =>
  calls(name, cause, { mode: name }, { mode: "normal" }, more);
const answers = (name: SimulatedFaults["answers"], cause: CauseCode): Fault =>
  calls(name, cause, { answers: name }, { answers: "whole" }, { eventsGoOn: true });

/** What cuts the calls, at any time. */
export const CALL_FAULTS: readonly Fault[] = [
  mode("refuse", "connection_refused"),
  mode("hang", "timeout"),
  mode("reset", "connection_lost", { eventsGoOn: true }),
  mode("forbidden", "firewall_rejected", { eventsGoOn: true }),
  mode("boot", "ccu_booting"),
  mode("unauthorized", "credentials_rejected", { eventsGoOn: true }),
  mode("processDown", "process_down"),
  mode("html", "not_xml_rpc", { eventsGoOn: true }),
  answers("cutOff", "connection_lost"),
  answers("garbage", "not_xml_rpc"),
  calls("halfOpen", "timeout", { halfOpen: true }, { halfOpen: false }),
];

/** What cuts the events while calls are answered. */
export const EVENT_FAULTS: readonly Fault[] = [
  {
    name: "pingWithoutPong",
    on: { pingWithoutPong: true },
    off: { pingWithoutPong: false },
    cause: "dropped_by_ccu",
    passing: ["pong_late"],
    detectedMs: TWO_PINGS_MS,
    recoveredMs: EVENTS_BACK_MS,
  },
  {
    name: "callbacksRefused",
    on: { callbacks: "refused" },
    off: { callbacks: "arrive" },
    cause: "callback_unreachable",
    passing: ["pong_late", "dropped_by_ccu"],
    detectedMs: 90_000,
    recoveredMs: EVENTS_BACK_MS,
  },
];

/** What shows with a registration only. */
export const REGISTRATION_FAULTS: readonly Fault[] = [
  {
    name: "initRejected",
    on: { initRejected: true },
    off: { initRejected: false },
    cause: "init_rejected",
    detectedMs: ONE_PING_MS,
    recoveredMs: CALLS_BACK_MS,
  },
  {
    name: "initWithoutEvents",
    on: { initWithoutEvents: true },
    off: { initWithoutEvents: false },
    cause: "dropped_by_ccu",
    passing: ["pong_late"],
    detectedMs: TWO_PINGS_MS,
    recoveredMs: EVENTS_BACK_MS,
  },
];
