import { subscription } from "../../../src/base/subscription.ts";
import type { CauseCode } from "../../../src/diagnosis/cause-codes.ts";
import { CAUSES, causeMessage } from "../../../src/diagnosis/causes.ts";
import type { AppFigures, CcuFigures } from "../../../src/web/figures.ts";
import type {
  AppStatus,
  AvailabilityStatus,
  CauseStatus,
  CcuStatus,
  IncidentExport,
  IncidentStatus,
  InterfaceStatus,
  MetricsStatus,
  PathStatus,
  SignalsStatus,
  StatusSource,
} from "../../../src/web/status.ts";

/** The wall time of a fresh ManualClock. */
export const NOW_MS: number = Date.UTC(2026, 10, 23, 12);

export function ago(seconds: number): string {
  return new Date(NOW_MS - seconds * 1000).toISOString();
}

export function path(changes: Partial<PathStatus> = {}): PathStatus {
  return { state: "ok", since: ago(3_725), lastOk: ago(2), reason: null, ...changes };
}

function signalsStatus(changes: Partial<SignalsStatus> = {}): SignalsStatus {
  return {
    lastEvent: ago(95),
    eventsPerMinute: 3.2,
    dutyCycle: { value: 12, list: ["HMIP_CCU2 3014F711A0001F: 12 %"] },
    carrierSense: null,
    unreachableDevices: { value: 0, list: [] },
    serviceMessages: { value: 1, list: ["HmIP-SWDO 0000D3C98F2E66 LOW_BAT"] },
    lowBatteries: { value: 1, list: ["HmIP-SWDO 0000D3C98F2E66"] },
    ...changes,
  };
}

/** Ten minutes of each span were lost at once. */
function availability(): AvailabilityStatus {
  const over = (days: number) => ({
    ratio: 1 - 600 / (days * 86_400),
    watchedSeconds: days * 86_400,
    downSeconds: 600,
    failures: 1,
    meanSecondsBetweenFailures: days * 86_400 - 600,
  });
  return { day: over(1), week: over(7), month: over(30) };
}

/** What the product says when it knows a cause. */
export function cause(code: CauseCode, changes: Partial<CauseStatus> = {}): CauseStatus {
  const { severity, remedy } = CAUSES[code];
  return { code, severity, since: ago(120), interface: "HmIP-RF", message: causeMessage(code), remedy, ...changes };
}

export function interfaceStatus(changes: Partial<InterfaceStatus> = {}): InterfaceStatus {
  return {
    name: "HmIP-RF",
    port: 2010,
    state: "connected",
    since: ago(3_725),
    reason: null,
    nextAttemptInSeconds: null,
    recovery: { step: "done", passed: 8, steps: 8, since: ago(3_700) },
    connected: true,
    cause: null,
    signals: signalsStatus(),
    traffic: {
      chattyDevices: [{ device: "HmIP-PSM-2 0001D3C99C0001", eventsPerMinute: 1.2 }],
      silentDevices: [],
      unheardDevices: { value: 1, list: ["HmIP-BROLL 0008D3C98F0042"] },
      foreignClients: [{ id: "ReGaHss", lastSeen: ago(40), everySeconds: 60 }],
      dutyCycleTrend: { percentPerHour: 0.4, minutesToLimit: null },
      delivery: { fullBatches: 0, slowBatches: 0, longestHandlingMs: 3.2, estimatedLost: 0 },
    },
    paths: { command: path(), event: path(), radio: path() },
    score: 1,
    latency: { avgMs: 12.34, p50Ms: 11, p95Ms: 19.8, timeouts: 0 },
    durations: {
      roundTrip: { count: 240, totalMs: 2_962.5, limitsMs: [10, 25, 10_000], counts: [60, 178, 2, 0] },
      rpc: { count: 3, totalMs: 12_000, limitsMs: [10, 25, 10_000], counts: [1, 1, 0, 1] },
    },
    lastEventAgeSeconds: 95.4,
    eventCount: 1_234,
    deviceCount: 42,
    radioModules: [
      {
        address: "3014F711A0001F",
        name: null,
        connected: true,
        dutyCycle: 12,
        carrierSense: 4,
        dutyCycleTrend: { percentPerHour: 30, minutesToLimit: 176 },
        carrierSenseTrend: null,
      },
    ],
    availability: availability(),
    ...changes,
  };
}

export function metricsStatus(changes: Partial<MetricsStatus> = {}): MetricsStatus {
  return {
    takenAt: ago(0),
    latency: {
      "ping_pong:HmIP-RF:round_trip": {
        count: 240,
        totalMs: 2_962.5,
        minMs: 7.1,
        maxMs: 44,
        avgMs: 12.34,
        recent: { count: 20, avgMs: 12.34, p50Ms: 11, p95Ms: 19.8, p99Ms: 21, maxMs: 22, timeouts: 0 },
      },
    },
    counters: { "callback:HmIP-RF:events": 1_234 },
    gauges: { "connections::active": 3 },
    health: { "client:HmIP-RF:health": { healthy: true, score: 1, reason: null, lastChange: ago(3_725) } },
    ...changes,
  };
}

export function ccuStatus(changes: Partial<CcuStatus> = {}): CcuStatus {
  return {
    id: "3014F711A0001F",
    name: "CCU",
    host: "192.168.178.20",
    model: "RaspberryMatic",
    firmware: "3.83.6",
    sensors: {
      systemHealth: { value: 100, unit: "%" },
      connectionLatency: { value: 12.3, unit: "ms" },
      lastEventAge: { value: 95.4, unit: "s" },
    },
    status: "ok",
    connected: true,
    quiet: null,
    cause: null,
    signals: signalsStatus(),
    deductions: [],
    search: null,
    interfaces: [interfaceStatus()],
    availability: availability(),
    incidents: [],
    metrics: metricsStatus(),
    ...changes,
  };
}

export function appStatus(changes: Partial<AppStatus> = {}): AppStatus {
  return {
    app: {
      version: "0.1.0",
      startedAt: ago(7_200),
      demo: false,
      inHomeAssistant: false,
      callback: { host: "192.168.178.5", port: 8095 },
      process: { cpuSeconds: 12.5, residentBytes: 90_000_000 },
    },
    homeAssistant: { state: "publishing", since: ago(7_190), message: null },
    companion: null,
    ccus: [ccuStatus()],
    counters: { "callback::refused": 2 },
    ...changes,
  };
}

/** Nothing is known: no path was judged and nothing measured. */
export const UNMEASURED: CcuStatus = ccuStatus({
  model: null,
  firmware: null,
  sensors: {
    systemHealth: { value: null, unit: "%" },
    connectionLatency: { value: null, unit: "ms" },
    lastEventAge: { value: null, unit: "s" },
  },
  interfaces: [
    interfaceStatus({
      state: "connecting",
      paths: {
        command: path({ state: "unknown", lastOk: null }),
        event: path({ state: "unknown", lastOk: null }),
        radio: path({ state: "unsupported", lastOk: null }),
      },
      score: null,
      latency: { avgMs: null, p50Ms: null, p95Ms: null, timeouts: 0 },
      durations: { roundTrip: null, rpc: null },
      lastEventAgeSeconds: null,
      eventCount: 0,
      deviceCount: 0,
      radioModules: [],
    }),
  ],
  metrics: metricsStatus({ latency: {}, counters: {}, gauges: {}, health: {} }),
});

/** One that lasts, and one that is over. */
export const INCIDENTS: readonly IncidentStatus[] = [
  {
    id: "2",
    interface: "HmIP-RF",
    cause: "connection_refused",
    message: CAUSES.connection_refused.text,
    startedAt: ago(120),
    endedAt: null,
    durationSeconds: null,
    endUnobserved: false,
    timeline: [
      {
        at: ago(121),
        kind: "call",
        text: "ping failed: The CCU refuses the connection (192.168.178.20:2010) [CONNECTION_REFUSED]",
        message: {
          en: "ping failed: The CCU refuses the connection (192.168.178.20:2010) [CONNECTION_REFUSED]",
          de: "ping fehlgeschlagen: Die CCU lehnt die Verbindung ab (192.168.178.20:2010) [CONNECTION_REFUSED]",
        },
      },
      { at: ago(120), kind: "call", text: "socket hang up", message: { en: "socket hang up", de: "socket hang up" } },
    ],
  },
  {
    id: "1",
    interface: "BidCos-RF",
    cause: null,
    message: null,
    startedAt: ago(90_000),
    endedAt: ago(89_400),
    durationSeconds: 600,
    endUnobserved: true,
    timeline: [],
  },
];

/** Everything that modules and devices can tell is told. */
export const ALL_SIGNALS: CcuStatus = ccuStatus({
  signals: signalsStatus({ carrierSense: { value: 12, list: ["HMIP_CCU2: 12 %"] } }),
  incidents: INCIDENTS,
  interfaces: [
    interfaceStatus({
      recovery: { step: "registration", passed: 5, steps: 8, since: ago(30) },
      traffic: {
        ...interfaceStatus().traffic,
        silentDevices: [
          { device: "HmIP-STHD 000E9BE98C2A77", lastHeard: ago(18_000), usualSeconds: 180 },
          { device: "HmIP-SMI 000C1BE98C2A11", lastHeard: ago(260_000), usualSeconds: null },
        ],
        dutyCycleTrend: { percentPerHour: 12.5, minutesToLimit: 90 },
        delivery: { fullBatches: 2, slowBatches: 0, longestHandlingMs: 3.2, estimatedLost: 7 },
      },
    }),
  ],
});

/** The CCU of one whose callback address is wrong: it answers, but nothing comes back. */
export const EVENTS_LOST: CcuStatus = ccuStatus({
  sensors: {
    systemHealth: { value: 50, unit: "%" },
    connectionLatency: { value: 2_345.6, unit: "ms" },
    lastEventAge: { value: 3_725, unit: "s" },
  },
  deductions: ["HmIP-RF event path -50: no PONG for 95 s"],
  interfaces: [
    interfaceStatus({
      state: "waiting",
      reason: "the CCU does not call back",
      nextAttemptInSeconds: 12,
      paths: {
        command: path(),
        event: path({ state: "failing", since: ago(95), lastOk: ago(110), reason: "no PONG for 95 s" }),
        radio: path({ state: "unknown", lastOk: null }),
      },
      score: 0.5,
      latency: { avgMs: 2_345.6, p50Ms: 15, p95Ms: 10_000, timeouts: 6 },
    }),
  ],
});

const TIMEOUT: CauseStatus = {
  code: "timeout",
  severity: "critical",
  since: ago(95),
  interface: "HmIP-RF",
  message: { en: "The CCU does not answer in time.", de: "Die CCU antwortet nicht rechtzeitig." },
  remedy: { en: "Restart it.", de: "Starten Sie sie neu." },
};

/** A CCU with a named cause. */
export const TROUBLED: CcuStatus = ccuStatus({
  status: "critical",
  connected: false,
  cause: TIMEOUT,
  interfaces: [interfaceStatus({ connected: false, cause: TIMEOUT })],
});

/** A source whose status a test sets. */
/** The numbers of a status. */
export function figuresOf(status: AppStatus): AppFigures {
  const mapped = ({ latency, counters, gauges }: MetricsStatus): CcuFigures["metrics"] => ({
    latency: new Map(Object.entries(latency)),
    counters: new Map(Object.entries(counters)),
    gauges: new Map(Object.entries(gauges)),
  });
  return { ...status, ccus: status.ccus.map((ccu) => ({ ...ccu, metrics: mapped(ccu.metrics) })) };
}

export class FakeSource implements StatusSource {
  #status: AppStatus;
  readonly #listeners = new Set<() => void>();
  /** How often somebody looked. */
  looks = 0;

  constructor(status: AppStatus = appStatus()) {
    this.#status = status;
  }

  status(): AppStatus {
    this.looks += 1;
    return this.#status;
  }

  figures(): AppFigures {
    return figuresOf(this.status());
  }

  incidents(): IncidentExport {
    return { takenAt: ago(0), ccus: [] };
  }

  onChange(listener: () => void): ReturnType<StatusSource["onChange"]> {
    this.#listeners.add(listener);
    return subscription(() => this.#listeners.delete(listener));
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  set(status: AppStatus): void {
    this.#status = status;
    for (const listener of this.#listeners) listener();
  }
}
