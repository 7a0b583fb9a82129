import { CallbackGateway } from "../../../src/callback-gateway.ts";
import { CallbackServer } from "../../../src/ccu/callback-server.ts";
import type { RpcCaller } from "../../../src/ccu/guarded-caller.ts";
import { callersOf } from "../../../src/ccu-callers.ts";
import { CentralUnit } from "../../../src/central/central-unit.ts";
import type { CallbackRegistry, InterfaceRhythm } from "../../../src/central/link-ports.ts";
import { type AnnouncementMemory, type DailyWindow, NO_MAINTENANCE } from "../../../src/central/quiet-times.ts";
import { type CcuOptions, type InterfaceName, parseOptions } from "../../../src/config.ts";
import type { KnownMetrics } from "../../../src/hub/known-metrics.ts";
import { IncidentStore } from "../../../src/incidents/incident-store.ts";
import { SimulatedCcu, type SimulatedCcuOptions } from "../../../src/simulator/index.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { MemoryLog } from "../../support/memory-log.ts";
import { RecordingLogger } from "../ccu/recording-logger.ts";
import { Traffic } from "./traffic.ts";
import { type Told, Watched } from "./watched.ts";

const HOST = "127.0.0.1";
const STEP_MS = 100;
const PATIENCE_MS = 120_000;

export interface WatchOptions {
  readonly name?: string;
  /** What the CCU has. */
  readonly interfaces?: readonly InterfaceName[];
  /** What is configured; empty: to be found. As the CCU has it unless given. */
  readonly configured?: readonly InterfaceName[];
  /** The id under which the CCU was published before; null on the first run. */
  readonly deviceId?: string | null;
  /** What it and its interfaces had in the last run. */
  readonly knownMetrics?: KnownMetrics;
  /** How long the devices of each interface were usually silent in earlier runs. */
  readonly rhythm?: InterfaceRhythm;
  /** What the CCU is told instead of the address at which we listen. */
  readonly callbackUrl?: CallbackRegistry["urlFor"];
  /** Methods that the CCU does not list. */
  readonly withoutMethods?: readonly string[];
  readonly maintenance?: DailyWindow | null;
  /** Maintenance that was announced in the last run, and what becomes of it. */
  readonly announcement?: AnnouncementMemory;
  /** Under which name or address the CCU is configured. */
  readonly host?: string;
  /** Whether its certificate counts when it speaks TLS. */
  readonly verifyTls?: boolean;
  readonly simulator?: SimulatedCcuOptions;
  /** Done to the CCU before anybody watches it. */
  readonly prepare?: (ccu: SimulatedCcu) => Promise<unknown>;
}

/** CCUs and the part of the product that watches them, in one process: real sockets, and a clock that only the test moves. */
export class World implements AsyncDisposable {
  readonly clock: ManualClock = new ManualClock();
  readonly log: RecordingLogger = new RecordingLogger();
  readonly server: CallbackServer;
  readonly incidents: IncidentStore = new IncidentStore({ log: new MemoryLog(), clock: this.clock });
  readonly #gateway: CallbackGateway;
  readonly #traffic = new Traffic();
  readonly #watched: Watched[] = [];

  private constructor() {
    this.server = new CallbackServer({ host: HOST, port: 0, clock: this.clock, logger: this.log });
    this.#gateway = new CallbackGateway({ server: this.server, configuredHost: "", clock: this.clock, logger: this.log });
  }

  static async open(): Promise<World> {
    const world = new World();
    await world.server.start(new AbortController().signal);
    return world;
  }

  /** Starts a simulated CCU and watches it. */
  async watch({
    name = "CCU",
    interfaces = ["HmIP-RF"],
    configured = interfaces,
    deviceId = name,
    knownMetrics = new Map(),
    rhythm = { days: [], devices: [] },
    callbackUrl,
    withoutMethods = [],
    maintenance = null,
    announcement = NO_MAINTENANCE.memory,
    host = HOST,
    verifyTls = true,
    simulator,
    prepare,
  }: WatchOptions = {}): Promise<Watched> {
    const ccu = new SimulatedCcu({
      clock: this.clock,
      reportScale: 1e6,
      interfaces: interfaces.map((each) => ({ name: each })),
      ...simulator,
    });
    await ccu.start();
    const ports = new Map<string, number>(ccu.interfaces.map((each) => [each.name, each.port]));
    const portOf = (each: InterfaceName): number => ports.get(each) ?? 1;
    await prepare?.(ccu);
    const ccuOptions = options({
      name,
      host,
      tls: simulator?.tls ?? false,
      verify_tls: verifyTls,
      interfaces: configured.map((each) => ({ name: each, port: portOf(each) })),
    });
    const callerOf = callersOf(ccuOptions, this.clock);
    const told: Told[] = [];
    const central = new CentralUnit({
      options: ccuOptions,
      identity: {
        instanceId: "0c0ffee0-0000-4000-8000-000000000000",
        callbackSecret: "a-secret-of-this-run",
        nonce: "n",
        deviceId,
        knownMetrics,
        remember: (remembered) => told.push({ remembered }),
        settle: (serial) => serial ?? `${HOST} of ${name}`,
      },
      callerFactory: (endpoint) =>
        withoutListing(withoutMethods, this.#traffic.caller(callerOf({ ...endpoint, port: portOf(endpoint.name) }))),
      registry: { ...this.#traffic.registry(this.#gateway), ...(callbackUrl && { urlFor: callbackUrl }) },
      sink: {
        describe: (device, values) => told.push({ device, values }),
        publish: (id, values) => told.push({ id, values }),
        tell: (event) => told.push({ event }),
        problems: (_ccuId, problems) => told.push({ problems }),
        remove: (id) => told.push({ removed: id }),
      },
      rhythms: { read: () => rhythm, remember: () => {} },
      maintenance: { window: maintenance, memory: announcement },
      incidents: { store: this.incidents, redact: (text) => text.replaceAll("a-secret-of-this-run", "***") },
      clock: this.clock,
      logger: this.log,
    });
    central.start(new AbortController().signal);
    const watched = new Watched({ ccu, central, told });
    this.#watched.push(watched);
    return watched;
  }

  /** Lets time pass until the condition holds; returns how much of it. */
  async until(condition: () => boolean, patienceMs: number = PATIENCE_MS, stepMs: number = STEP_MS): Promise<number> {
    const startMs = this.clock.monotonicMs();
    for (;;) {
      await this.#traffic.arrive();
      const passedMs = this.clock.monotonicMs() - startMs;
      if (condition()) return passedMs;
      if (passedMs >= patienceMs) throw new Error(`Not within ${patienceMs} ms: ${condition}\n${this.#watched.map(String).join("\n")}`);
      this.clock.advance(stepMs);
    }
  }

  async pass(ms: number, stepMs: number = STEP_MS): Promise<void> {
    for (let leftMs = ms; leftMs > 0; leftMs -= stepMs) {
      this.clock.advance(Math.min(stepMs, leftMs));
      await this.#traffic.arrive();
    }
  }

  /** An hour in which devices report each minute, as those on mains power do: from then on half an hour of silence is suspicious. */
  async hearDevices(watched: Watched): Promise<void> {
    for (let minute = 0; minute <= 60; minute += 1) {
      if (minute > 0) await this.pass(60_000, 5_000);
      watched.report(20);
      watched.report(20, "HmIP-RF", "000A1BE98C2B77");
    }
    await this.until(() => watched.paths()?.radio === "ok");
  }

  /** Lets time pass until the work is done, which must not take longer than `patienceMs`. */
  async finish(work: Promise<unknown>, patienceMs: number = PATIENCE_MS): Promise<number> {
    let done = false;
    const settled = work.finally(() => {
      done = true;
    });
    const [passedMs] = await Promise.all([this.until(() => done, patienceMs), settled]);
    return passedMs;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.finish(Promise.all(this.#watched.map(({ central }) => central.stop())));
    await this.server[Symbol.asyncDispose]();
    await Promise.all(this.#watched.map(({ ccu }) => ccu.stop()));
  }
}

function options(input: Pick<CcuOptions, "name" | "host" | "tls" | "verify_tls" | "interfaces">): CcuOptions {
  const [ccu] = parseOptions({ ccus: [input] }).options.ccus;
  if (ccu === undefined) throw new Error("no CCU");
  return ccu;
}

function withoutListing(names: readonly string[], inner: RpcCaller): RpcCaller {
  return {
    call: async (methodName, params, options) => {
      const answer = await inner.call(methodName, params, options);
      const isList = methodName === "system.listMethods" && Array.isArray(answer);
      return isList ? answer.filter((name) => typeof name !== "string" || !names.includes(name)) : answer;
    },
  };
}
