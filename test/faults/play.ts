import tls from "node:tls";
import type { InterfaceName } from "../../src/config.ts";
import type { CauseCode } from "../../src/diagnosis/cause-codes.ts";
import { DeviceEvent } from "../../src/events/product-events.ts";
import type { SimulatedCcu } from "../../src/simulator/index.ts";
import { FakeResolver } from "../support/fake-resolver.ts";
import type { Watched } from "../unit/app/watched.ts";
import { World } from "../unit/app/world.ts";
import { CCU_ADDRESS, CCU_NAME, type End, type Fault } from "./fault.ts";

export type Timing = "steady" | "start" | "recovery" | "pair" | "stop";

/** A fault of an interface at a time; with `next` a second one. */
export interface Scenario {
  readonly timing: Timing;
  readonly kind: InterfaceName;
  readonly fault: Fault;
  /** `recovery`: comes when the first one ends. `pair`: lasts from the start and is what is left when the first one has ended. */
  readonly next?: Fault;
  /** The CCU encrypts. */
  readonly tls?: boolean;
}

/** Virtual times in milliseconds. */
export interface Outcome {
  readonly detectedMs: number | null;
  readonly recoveredMs: number | null;
  readonly stoppedMs: number;
  readonly causes: readonly CauseCode[];
  /** Named although nothing of the kind was wrong. */
  readonly wrongCauses: readonly CauseCode[];
  readonly delivered: number;
  readonly lost: number;
  readonly timersLeft: number;
  readonly socketsLeft: number;
  readonly clientsLeft: number;
}

const LASTS_MS = 30_000;
/** A deregistration that hangs is given up after 2 s. */
const STOP_MS = 5_000;
const CLOSING_TURNS = 10_000;
const MARK = "MARK_OF_THE_TEST";

/** Plays one scenario with sockets and a clock of its own, up to the end of everything. */
export async function play(scenario: Scenario): Promise<Outcome> {
  const { timing, kind, fault, next } = scenario;
  const encrypts = scenario.tls ?? fault.tls ?? false;
  const socketsBefore = sockets();
  using trust = new TrustedCertificates();
  using resolver = new FakeResolver();
  resolver.set(CCU_NAME, CCU_ADDRESS);
  const world = await World.open();
  let ends: readonly [first: End, second: End] = [() => {}, () => {}];
  const begin = async (ccu: SimulatedCcu): Promise<void> => {
    const stage = { simulated: ccu.interface(kind), resolver };
    const second = timing === "pair" ? await next?.begin(stage) : undefined;
    ends = [await fault.begin(stage), second ?? (() => {})];
  };
  const watched = await world.watch({
    interfaces: [kind],
    host: CCU_NAME,
    simulator: { tls: encrypts, interfaces: [{ name: kind }] },
    prepare: async (ccu) => {
      if (ccu.certificate !== null) trust.add(ccu.certificate);
      if (timing === "start") await begin(ccu);
    },
  });
  const isWell = (): boolean => watched.isWell && watched.cause(kind) === "none";
  const named = async ({ cause, detectedMs: limitMs, slowStepMs }: Fault): Promise<number | null> =>
    cause === null ? null : await world.until(() => watched.cause(kind) === cause, limitMs, slowStepMs);
  const marks = new Marks({ world, watched, kind });
  let detectedMs: number | null = null;
  let recoveredMs: number | null = null;
  try {
    if (timing !== "start") {
      await world.until(isWell);
      await marks.deliver();
      if (fault.slowStepMs !== undefined) await world.hearDevices(watched);
      await begin(watched.ccu);
    }
    if (timing === "stop") {
      await world.pass(5_000);
    } else {
      detectedMs = await named(fault);
      if (fault.cause === null) await world.until(isWell, fault.recoveredMs);
      if (fault.cause === null || (fault.eventsGoOn && timing === "steady" && fault.cause !== "radio_silent"))
        await marks.deliver(fault.deliveredMs);
      if (!fault.once) await world.pass(LASTS_MS);
      const { cause: expected = null } = fault;
      if (!fault.once && watched.cause(kind) !== (expected ?? "none"))
        throw new Error(`${expected ?? "none"} did not last, but became ${watched.cause(kind)}`);
      await ends[0]();
      if (timing === "recovery" && next !== undefined) ends = [ends[0], await next.begin({ simulated: watched.simulated(kind), resolver })];
      if (next !== undefined) {
        await world.until(() => watched.cause(kind) === next.cause, fault.recoveredMs + next.detectedMs);
        await ends[1]();
      }
      recoveredMs = await world.until(isWell, (next ?? fault).recoveredMs);
      await marks.deliver(fault.deliveredMs);
    }
  } finally {
    marks[Symbol.dispose]();
  }
  const stoppedMs = await world.finish(watched.central.stop(), STOP_MS);
  const clientsLeft = watched.simulated(kind).clients.length;
  for (const end of ends) await end();
  await world[Symbol.asyncDispose]();
  const causes = causesOf(watched, kind);
  const expected = [fault, ...(next ? [next] : [])].flatMap(({ cause, passing = [] }) => [cause, ...passing]);
  return {
    detectedMs,
    recoveredMs,
    stoppedMs,
    causes,
    wrongCauses: causes.filter((cause) => !expected.includes(cause)),
    ...marks.counts,
    timersLeft: world.clock.pendingTimers,
    socketsLeft: (await settledSockets(socketsBefore)) - socketsBefore,
    clientsLeft,
  };
}

/** Events of which each has to arrive, once and in order. */
class Marks implements Disposable {
  readonly #world: World;
  readonly #watched: Watched;
  readonly #kind: InterfaceName;
  readonly #received: number[] = [];
  readonly #unsubscribe: () => void;
  #delivered = 0;

  constructor({ world, watched, kind }: { world: World; watched: Watched; kind: InterfaceName }) {
    this.#world = world;
    this.#watched = watched;
    this.#kind = kind;
    this.#unsubscribe = watched.central.eventBus.subscribe({
      eventType: DeviceEvent,
      eventKey: null,
      handler: ({ parameter, value }) => {
        if (parameter === MARK) this.#received.push(Number(value));
      },
    });
  }

  get counts(): Pick<Outcome, "delivered" | "lost"> {
    const sent = Array.from({ length: this.#delivered }, (_, mark) => mark);
    return { delivered: this.#delivered, lost: sent.filter((mark, index) => this.#received[index] !== mark).length };
  }

  async deliver(patienceMs = 1_000): Promise<void> {
    this.#watched.simulated(this.#kind).sendEvent({ address: "TEST:1", parameter: MARK, value: this.#delivered });
    this.#delivered += 1;
    await this.#world.until(() => this.#received.length >= this.#delivered, patienceMs);
  }

  [Symbol.dispose](): void {
    this.#unsubscribe();
  }
}

/** Whose certificates count, beside those that always do. */
class TrustedCertificates implements Disposable {
  readonly #usual = tls.getCACertificates("default");

  add(certificate: string): void {
    tls.setDefaultCACertificates([...this.#usual, certificate]);
  }

  [Symbol.dispose](): void {
    tls.setDefaultCACertificates(this.#usual);
  }
}

/** All that were named of the interface, in order. */
function causesOf({ told }: Watched, kind: InterfaceName): readonly CauseCode[] {
  const shown = told.flatMap(({ device, id = device?.id, values }) => {
    const cause = id?.endsWith(`/${kind}`) ? values?.cause : undefined;
    return typeof cause === "object" && cause !== null ? [cause.value] : [];
  });
  const codes = shown.filter((code): code is CauseCode => typeof code === "string" && code !== "none");
  return codes.filter((code, index) => code !== codes[index - 1]);
}

function sockets(): number {
  return process.getActiveResourcesInfo().filter((name) => /^TCP/.test(name)).length;
}

/** How many are open once those that are being closed are closed, or do not get fewer any more. */
async function settledSockets(expected: number): Promise<number> {
  for (let turn = 0; turn < CLOSING_TURNS && (turn === 0 || sockets() > expected); turn += 1)
    await new Promise((resolve) => setImmediate(resolve));
  return sockets();
}
