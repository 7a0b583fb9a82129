import type { CauseCode } from "../../src/diagnosis/cause-codes.ts";
import type { SimulatedFaults, SimulatedInterface } from "../../src/simulator/index.ts";
import { type Fault, happening, resolving, switched } from "./fault.ts";

/** A ping is due within 15 s and waits 10 s for its answer and its PONG. */
const ONE_PING_MS = 26_000;
/** Two pings in a row without PONG. */
const TWO_PINGS_MS = 52_000;
/** Attempts are 10 s apart at most, and the last one may have just begun to time out. */
const CALLS_BACK_MS = 30_000;
/** Registrations under which nothing arrives are up to 60 s apart. */
const EVENTS_BACK_MS = 90_000;
/** A CCU that waits for packets that vanish stands still for four minutes, and is then left in peace for a while. */
const STALL_OVER_MS = 400_000;
/** Radio modules are asked for once a minute, in the turn of a ping. */
const ONE_POLL_MS = 76_000;
/** What PONGs have shown counts for 5 min. */
const FORGOTTEN_MS = 330_000;
/** Half an hour without a device is suspicious. */
const SILENCE_MS = 1_830_000;

const HEARD = { address: "000A1BE98C2A41:1", parameter: "ACTUAL_TEMPERATURE", value: 20 };

interface More {
  readonly eventsGoOn?: boolean;
  readonly tls?: boolean;
  readonly passing?: readonly CauseCode[];
  readonly recoveredMs?: number;
}

function calls(name: string, cause: CauseCode, begin: Fault["begin"], more: More = {}): Fault {
  return { name, cause, begin, cutsCalls: true, detectedMs: ONE_PING_MS, recoveredMs: CALLS_BACK_MS, ...more };
}

const mode = (name: SimulatedFaults["mode"], cause: CauseCode, more?: More): Fault =>
  calls(name, cause, switched({ mode: name }, { mode: "normal" }), more);
const answers = (name: SimulatedFaults["answers"], cause: CauseCode): Fault =>
  calls(name, cause, switched({ answers: name }, { answers: "whole" }), { eventsGoOn: true });
const encryption = (name: SimulatedFaults["encryption"]): Fault =>
  calls(name, "tls_failed", switched({ encryption: name }, { encryption: "usual" }), { eventsGoOn: true, tls: true });

/** What cuts the calls, at any time. */
export const CALL_FAULTS: readonly Fault[] = [
  calls("unknownName", "dns_failed", resolving("unknown"), { eventsGoOn: true }),
  calls("silentName", "dns_failed", resolving("silent"), { eventsGoOn: true }),
  // Where the name points to, nobody is at home any more.
  calls("staleName", "connection_refused", resolving("127.0.0.2"), { eventsGoOn: true }),
  calls("noRoute", "no_route", resolving("224.0.0.1"), { eventsGoOn: true }),
  mode("refuse", "connection_refused"),
  calls(
    "otherPort",
    "connection_refused",
    async ({ simulated }) => {
      const { port } = simulated;
      await simulated.restart({ port: 0 });
      return () => simulated.restart({ port });
    },
    { eventsGoOn: true },
  ),
  mode("hang", "timeout"),
  calls("slowAnswers", "timeout", switched({ slowAnswersMs: 12_000 }, { slowAnswersMs: 0 }), {
    passing: ["pong_late"],
    recoveredMs: FORGOTTEN_MS,
  }),
  mode("reset", "connection_lost", { eventsGoOn: true }),
  mode("forbidden", "firewall_rejected", { eventsGoOn: true }),
  mode("boot", "ccu_booting"),
  mode("unauthorized", "credentials_rejected", { eventsGoOn: true }),
  mode("notFound", "http_error", { eventsGoOn: true }),
  mode("processDown", "process_down"),
  mode("html", "not_xml_rpc", { eventsGoOn: true }),
  answers("cutOff", "connection_lost"),
  answers("unfinished", "not_xml_rpc"),
  answers("garbage", "not_xml_rpc"),
  answers("notHttp", "not_xml_rpc"),
  calls("halfOpen", "timeout", switched({ halfOpen: true }, { halfOpen: false })),
  // It registers us each time, so that attempts get rare.
  calls("faultCode", "other", switched({ faultCode: -1 }, { faultCode: 0 }), { recoveredMs: EVENTS_BACK_MS }),
];

/** The same of a CCU that encrypts. */
export const TLS_FAULTS: readonly Fault[] = [encryption("newCertificate"), encryption("outdated")];

function events(name: string, cause: CauseCode, begin: Fault["begin"], more: Partial<Fault> = {}): Fault {
  return { name, cause, begin, passing: ["pong_late"], detectedMs: TWO_PINGS_MS, recoveredMs: EVENTS_BACK_MS, ...more };
}

/** What cuts the events while calls are answered. */
export const EVENT_FAULTS: readonly Fault[] = [
  events("pingWithoutPong", "dropped_by_ccu", switched({ pingWithoutPong: true }, { pingWithoutPong: false })),
  events("lostPongs", "dropped_by_ccu", switched({ lostPongPercent: 100 }, { lostPongPercent: 0 })),
  events("callbacksRefused", "callback_unreachable", switched({ callbacks: "refused" }, { callbacks: "arrive" }), {
    passing: ["pong_late", "dropped_by_ccu"],
    detectedMs: 90_000,
  }),
  events("stall", "callback_unreachable", switched({ callbacks: "stall" }, { callbacks: "arrive" }), {
    // It stands still for a while after it has got through.
    passing: ["pong_late", "dropped_by_ccu", "timeout"],
    detectedMs: 90_000,
    recoveredMs: STALL_OVER_MS,
  }),
];

const once = (name: string, action: (simulated: SimulatedInterface) => void | Promise<void>): Fault =>
  events(name, "dropped_by_ccu", happening(action), { once: true });

/** The CCU stops sending us events without a word; a new registration helps. */
export const LOSSES: readonly Fault[] = [
  once("dropClients", (simulated) => simulated.dropClients()),
  once("takeOverId", (simulated) => simulated.takeOver("id")),
  once("forgetfulRestart", (simulated) => simulated.restart({ remembersClients: false })),
  once("tenLostBatches", loseTenBatches),
];

/** What shows with a registration only. */
export const REGISTRATION_FAULTS: readonly Fault[] = [
  calls("initRejected", "init_rejected", switched({ initRejected: true }, { initRejected: false })),
  events("initWithoutEvents", "dropped_by_ccu", switched({ initWithoutEvents: true }, { initWithoutEvents: false })),
];

function signal(name: string, cause: CauseCode, begin: Fault["begin"], more: Partial<Fault> = {}): Fault {
  return { name, cause, begin, detectedMs: ONE_POLL_MS, recoveredMs: ONE_POLL_MS, eventsGoOn: true, ...more };
}

/** What needs a look while everything is connected. */
export const SIGNALS: readonly Fault[] = [
  signal("latePongs", "pong_late", switched({ latePongMs: 12_000 }, { latePongMs: 0 }), { recoveredMs: FORGOTTEN_MS }),
  signal(
    "pongsMissing",
    "pong_late",
    switched({ pingWithoutPong: true, eventsPerSecond: 1 }, { pingWithoutPong: false, eventsPerSecond: 0 }),
  ),
  signal("idCollision", "id_conflict", switched({ idCollision: true }, { idCollision: false }), { recoveredMs: FORGOTTEN_MS }),
  signal("dutyCycle", "duty_cycle_high", switched({ dutyCycle: 95 }, { dutyCycle: null }), { kinds: ["HmIP-RF", "BidCos-RF"] }),
  signal("carrierSense", "carrier_sense_high", switched({ carrierSense: 95 }, { carrierSense: null }), { kinds: ["HmIP-RF"] }),
  signal("gateway", "gateway_disconnected", switched({ gatewayDisconnected: true }, { gatewayDisconnected: false }), {
    kinds: ["HmIP-RF", "BidCos-RF"],
  }),
  {
    name: "radioSilence",
    cause: "radio_silent",
    begin: async ({ simulated }) => {
      await simulated.set({ radioSilence: true });
      return async () => {
        await simulated.set({ radioSilence: false });
        simulated.sendEvent(HEARD);
      };
    },
    detectedMs: SILENCE_MS,
    recoveredMs: 1_000,
    slowStepMs: 5_000,
    kinds: ["HmIP-RF"],
  },
];

function harmless(name: string, on: Partial<SimulatedFaults>, off: Partial<SimulatedFaults>): Fault {
  return { name, cause: null, begin: switched(on, off), detectedMs: 0, recoveredMs: CALLS_BACK_MS };
}

/** What looks like a fault and is none. */
export const HARMLESS: readonly Fault[] = [
  { ...harmless("slowerAnswers", { slowAnswersMs: 3_000 }, { slowAnswersMs: 0 }), deliveredMs: 10_000 },
  harmless("initNeverAnswers", { initNeverAnswers: true }, { initNeverAnswers: false }),
  harmless("deleteDevicesStorm", { deleteDevicesStorm: true }, { deleteDevicesStorm: false }),
  harmless("duplicatePong", { duplicatePong: true }, { duplicatePong: false }),
  harmless("foreignPong", { foreignPong: true }, { foreignPong: false }),
  harmless("singleEvents", { eventForm: "single" }, { eventForm: "usual" }),
  harmless("multicalls", { eventForm: "multicall" }, { eventForm: "usual" }),
  harmless("eventStorm", { eventsPerSecond: 100 }, { eventsPerSecond: 0 }),
  harmless("deviceTroubles", { unreachable: 3, lowBatteries: 3, configPending: 3 }, { unreachable: 0, lowBatteries: 0, configPending: 0 }),
  { ...harmless("burst", {}, {}), begin: happening((simulated) => simulated.burst(200)) },
  { ...harmless("quickRestart", {}, {}), begin: happening((simulated) => simulated.restart()) },
];

/** The CCU fails to deliver ten batches, each of them twice, and forgets us. */
async function loseTenBatches(simulated: SimulatedInterface): Promise<void> {
  await simulated.set({ callbacks: "refused" });
  while (simulated.clients.length > 0) {
    simulated.sendEvent(HEARD);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await simulated.set({ callbacks: "arrive" });
}
