import type { CauseCode } from "../../src/diagnosis/cause-codes.ts";
import type { SimulatedFaults, SimulatedInterface } from "../../src/simulator/index.ts";
import { reportEvent } from "./report-event.ts";

type Deed = (simulated: SimulatedInterface) => Promise<void> | void;

/** Something that happens to an interface for a while. */
export interface SoakFault {
  readonly name: string;
  readonly begin: Deed;
  readonly end: Deed;
  /** Null: nothing is wrong, and nothing may be named. */
  readonly cause: CauseCode | null;
  /** Named on the way to its own cause, while less is known, or by what it leaves behind. */
  readonly passing: readonly CauseCode[];
  readonly detectedMs: number;
  /** So long after an end before which nobody noticed it trouble may still show. */
  readonly lateMs: number;
  readonly recoveredMs: number;
  /** Over by itself as soon as it was noticed, and not before. */
  readonly isMoment?: boolean;
}

/** A ping is due within 15 s and waits 10 s for its answer and its PONG. */
const ONE_PING_MS = 26_000;
/** Two pings in a row without PONG. */
const TWO_PINGS_MS = 52_000;
const CALLBACKS_MISSED_MS = 90_000;
/** Attempts are 10 s apart at most, and the last one may have just begun to time out. */
const CALLS_BACK_MS = 30_000;
/** Registrations under which nothing arrives are up to 60 s apart. */
const EVENTS_BACK_MS = 90_000;

/** Whoever was forgotten finds that its pings bring no PONG. */
const WHEN_FORGOTTEN: readonly CauseCode[] = ["pong_late", "dropped_by_ccu"];
const NOTHING: Deed = () => {};

/** All but those that take hours to show, and those of the name and the route, which are the machine's own. */
export const SOAK_FAULTS: readonly SoakFault[] = [
  mode("refuse", "connection_refused"),
  mode("hang", "timeout"),
  mode("reset", "connection_lost"),
  mode("forbidden", "firewall_rejected"),
  { ...mode("boot", "ccu_booting"), passing: WHEN_FORGOTTEN, lateMs: TWO_PINGS_MS },
  mode("unauthorized", "credentials_rejected"),
  mode("processDown", "process_down"),
  mode("html", "not_xml_rpc"),
  answers("cutOff", "connection_lost"),
  answers("unfinished", "not_xml_rpc"),
  answers("garbage", "not_xml_rpc"),
  answers("notHttp", "not_xml_rpc"),
  switched("halfOpen", "timeout", { halfOpen: true }, { halfOpen: false }),
  // The registration itself is taken, and then all is refused.
  { ...switched("faultCode", "other", { faultCode: -1 }, { faultCode: 0 }), recoveredMs: EVENTS_BACK_MS },
  // Devices go on reporting; VirtualDevices of which no PONG was seen since the start may have none.
  { ...switched("pingWithoutPong", "pong_late", { pingWithoutPong: true }, { pingWithoutPong: false }), passing: ["ping_unsupported"] },
  {
    ...events("callbacksRefused", "callback_unreachable", { callbacks: "refused" }, { callbacks: "arrive" }),
    detectedMs: CALLBACKS_MISSED_MS,
    lateMs: CALLBACKS_MISSED_MS,
  },
  atNextRegistration(switched("initRejected", "init_rejected", { initRejected: true }, { initRejected: false })),
  atNextRegistration(events("initWithoutEvents", "dropped_by_ccu", { initWithoutEvents: true }, { initWithoutEvents: false })),
  moment("forgotten", (simulated) => simulated.dropClients()),
  moment("restarted", (simulated) => simulated.restart({ remembersClients: false })),
  harmless("duplicatePong", (simulated) => simulated.set({ duplicatePong: true })),
  harmless("foreignPong", (simulated) => simulated.set({ foreignPong: true })),
  harmless("burst", (simulated) => {
    for (let value = 1; value <= 200; value += 1) reportEvent(simulated, value);
  }),
];

/** Cuts the calls. */
function switched(name: string, cause: CauseCode, on: Partial<SimulatedFaults>, off: Partial<SimulatedFaults>): SoakFault {
  return {
    name,
    begin: (simulated) => simulated.set(on),
    end: (simulated) => simulated.set(off),
    cause,
    passing: [],
    detectedMs: ONE_PING_MS,
    lateMs: ONE_PING_MS,
    recoveredMs: CALLS_BACK_MS,
  };
}

function mode(name: SimulatedFaults["mode"], cause: CauseCode): SoakFault {
  return switched(name, cause, { mode: name }, { mode: "normal" });
}

function answers(name: SimulatedFaults["answers"], cause: CauseCode): SoakFault {
  return switched(name, cause, { answers: name }, { answers: "whole" });
}

/** Cuts the events while calls are answered. */
function events(name: string, cause: CauseCode, on: Partial<SimulatedFaults>, off: Partial<SimulatedFaults>): SoakFault {
  return {
    ...switched(name, cause, on, off),
    passing: WHEN_FORGOTTEN,
    detectedMs: TWO_PINGS_MS,
    lateMs: TWO_PINGS_MS,
    recoveredMs: EVENTS_BACK_MS,
  };
}

/** The CCU forgets us, so that we have to register anew. */
function atNextRegistration(fault: SoakFault): SoakFault {
  const noticedMs = TWO_PINGS_MS + fault.detectedMs;
  return {
    ...fault,
    begin: async (simulated) => {
      await fault.begin(simulated);
      simulated.dropClients();
    },
    passing: WHEN_FORGOTTEN,
    detectedMs: noticedMs,
    lateMs: noticedMs,
  };
}

function moment(name: string, begin: Deed): SoakFault {
  return {
    name,
    begin,
    end: NOTHING,
    cause: "dropped_by_ccu",
    passing: ["pong_late", "connection_lost", "connection_refused"],
    detectedMs: TWO_PINGS_MS,
    lateMs: TWO_PINGS_MS,
    recoveredMs: CALLS_BACK_MS,
    isMoment: true,
  };
}

function harmless(name: string, begin: Deed): SoakFault {
  const end: Deed = (simulated) => simulated.set({ duplicatePong: false, foreignPong: false });
  return { name, begin, end, cause: null, passing: [], detectedMs: 0, lateMs: 0, recoveredMs: CALLS_BACK_MS };
}
