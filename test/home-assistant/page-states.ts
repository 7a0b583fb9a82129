import { COMPANION_SENTENCES } from "../../src/homeassistant/installer/companion-state.ts";
import { MQTT_IGNORED } from "../../src/homeassistant/mqtt-problems.ts";
import { problemText, sessionProblem } from "../../src/homeassistant/session-problems.ts";
import type { AppStatus, CcuStatus } from "../../src/web/status.ts";
import { companionStatus } from "../unit/web/companion-fixture.ts";
import {
  ALL_SIGNALS,
  ago,
  appStatus,
  cause,
  ccuStatus,
  EVENTS_LOST,
  INCIDENTS,
  interfaceStatus,
  path,
  UNMEASURED,
} from "../unit/web/status-fixture.ts";

const DOWN = {
  command: path({ state: "failing", since: ago(120), lastOk: ago(130) }),
  event: path({ state: "failing", since: ago(120), lastOk: ago(130) }),
  radio: path({ state: "unknown" }),
};
const STUCK = { step: "connection", passed: 1, steps: 8, since: ago(120) } as const;
const NAMES = ["BidCos-RF", "HmIP-RF", "VirtualDevices"];

function three(changes: Parameters<typeof interfaceStatus>[0] = {}): AppStatus["ccus"][number]["interfaces"] {
  return NAMES.map((name) => interfaceStatus({ name, ...changes }));
}

const refused = cause("connection_refused");
const dutyCycle = cause("duty_cycle_high");

/** Nothing of the CCU has answered yet. */
const SEARCHING: CcuStatus = {
  ...UNMEASURED,
  status: "critical",
  connected: false,
  cause: { ...refused, interface: null },
  sensors: { ...UNMEASURED.sensors, systemHealth: { value: 0, unit: "%" } },
  search: { since: ago(192), nextAttemptInSeconds: 8, recovery: STUCK },
  interfaces: [],
  incidents: INCIDENTS.slice(0, 1).map((incident) => ({ ...incident, interface: "CCU" })),
};

/** What the page looks like in each state that it can be in. */
export const STATES: Readonly<Record<string, AppStatus>> = {
  healthy: appStatus({ ccus: [ccuStatus({ interfaces: three() })] }),
  unmeasured: appStatus({ ccus: [UNMEASURED] }),
  "no-ccu": appStatus({ ccus: [] }),
  "events-lost": appStatus({
    ccus: [
      {
        ...EVENTS_LOST,
        status: "critical",
        interfaces: EVENTS_LOST.interfaces.map((one) => ({ ...one, cause: cause("callback_unreachable") })),
      },
    ],
  }),
  "ccu-down": appStatus({
    ccus: [
      ccuStatus({
        status: "critical",
        connected: false,
        cause: refused,
        sensors: {
          systemHealth: { value: 0, unit: "%" },
          connectionLatency: { value: null, unit: "ms" },
          lastEventAge: { value: 3_725, unit: "s" },
        },
        interfaces: three({
          state: "waiting",
          nextAttemptInSeconds: 24,
          connected: false,
          cause: refused,
          paths: DOWN,
          score: 0,
          recovery: STUCK,
        }),
        incidents: INCIDENTS,
      }),
    ],
  }),
  searching: appStatus({ ccus: [SEARCHING] }),
  maintenance: appStatus({
    ccus: [ccuStatus({ interfaces: three(), quiet: { reason: "announced", until: ago(-1_752) } })],
  }),
  "duty-cycle": appStatus({
    ccus: [
      {
        ...ALL_SIGNALS,
        status: "degraded",
        cause: dutyCycle,
        interfaces: ALL_SIGNALS.interfaces.map((one) => ({ ...one, cause: dutyCycle })),
      },
    ],
  }),
  notice: appStatus({ ccus: [ccuStatus({ interfaces: [interfaceStatus({ cause: cause("ping_unsupported") })] })] }),
  "home-assistant-away": appStatus({
    homeAssistant: { state: "waiting", since: ago(61), message: problemText(sessionProblem("tokenRejected")) },
  }),
  "no-entities": appStatus({ homeAssistant: { state: "publishing", since: ago(61), message: MQTT_IGNORED } }),
  "restart-asked-for": appStatus({
    app: { ...appStatus().app, inHomeAssistant: true },
    homeAssistant: { state: "waiting", since: ago(61), message: problemText(sessionProblem("starting")) },
    companion: companionStatus({ state: "restart_pending", step: 2, message: COMPANION_SENTENCES.restart_pending }),
  }),
  "first-run": appStatus({
    homeAssistant: { state: "waiting", since: ago(61), message: null },
    companion: companionStatus({ canInstall: true }),
    app: { ...appStatus().app, demo: true },
  }),
};

/** One text everywhere where a peer or the user may put one. */
export function everywhere(text: string): AppStatus {
  const list = { value: 1, list: [text] };
  const traffic = {
    ...interfaceStatus().traffic,
    silentDevices: [{ device: text, lastHeard: ago(9), usualSeconds: 3 }],
    unheardDevices: list,
  };
  const signals = { ...ccuStatus().signals, dutyCycle: list, unreachableDevices: list, serviceMessages: list, lowBatteries: list };
  return appStatus({
    ccus: [
      ccuStatus({
        id: text,
        name: text,
        host: text,
        model: text,
        firmware: text,
        signals,
        incidents: INCIDENTS.map((incident) => ({
          ...incident,
          interface: text,
          timeline: [{ at: ago(9), kind: "call", text, message: { en: text, de: text } }],
        })),
        interfaces: [interfaceStatus({ name: text, state: text, traffic, cause: cause("other", { message: { en: text, de: text } }) })],
      }),
    ],
  });
}
