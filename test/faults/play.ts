import type { InterfaceName } from "../../src/config.ts";
import type { CauseCode } from "../../src/diagnosis/cause-codes.ts";
import { DeviceEvent } from "../../src/events/product-events.ts";
import type { Watched } from "../unit/app/watched.ts";
import { World } from "../unit/app/world.ts";
import type { Fault } from "./faults.ts";

type Timing = "steady" | "start" | "recovery" | "pair" | "stop";

/** A fault of an interface at a time; with `next` a second one. */
export interface Scenario {
  readonly timing: Timing;
  readonly kind: InterfaceName;
  readonly fault: Fault;
  /** `recovery`: comes when the first one ends. `pair`: lasts from the start and is what is left when the first one has ended. */
  readonly next?: Fault;
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
export async function play({ timing, kind, fault, next }: Scenario): Promise<Outcome> {
  const socketsBefore = sockets();
  const world = await World.open();
  const received: number[] = [];
  let delivered = 0;
  let detectedMs: number | null = null;
  let recoveredMs: number | null = null;
  const isWell = (watched: Watched): boolean => watched.isWell && watched.cause(kind) === "none";
  const first = timing === "pair" ? { ...next?.on, ...fault.on } : fault.on;
  const watched = await world.watch({
    interfaces: [kind],
    ...(timing === "start" && { prepare: (ccu) => ccu.interface(kind).set(first) }),
  });
  const named = async ({ cause, detectedMs: limitMs }: Fault): Promise<number> =>
    await world.until(() => watched.cause(kind) === cause, limitMs);
  const deliver = async (): Promise<void> => {
    watched.simulated(kind).sendEvent({ address: "TEST:1", parameter: MARK, value: delivered });
    delivered += 1;
    await world.until(() => received.length === delivered, 1_000);
  };
  const subscription = watched.central.eventBus.subscribe({
    eventType: DeviceEvent,
    eventKey: null,
    handler: ({ parameter, value }) => {
      if (parameter === MARK) received.push(Number(value));
    },
  });
  try {
    if (timing !== "start") {
      await world.until(() => isWell(watched));
      await deliver();
      await watched.set(first, kind);
    }
    if (timing === "stop") {
      await world.pass(5_000);
    } else {
      detectedMs = await named(fault);
      if (fault.eventsGoOn && timing === "steady") await deliver();
      await world.pass(LASTS_MS);
      if (watched.cause(kind) !== fault.cause) throw new Error(`${fault.cause} did not last, but became ${watched.cause(kind)}`);
      await watched.set({ ...fault.off, ...(timing === "recovery" && next?.on) }, kind);
      if (next !== undefined) {
        await world.until(() => watched.cause(kind) === next.cause, fault.recoveredMs + next.detectedMs);
        await watched.set(next.off, kind);
      }
      recoveredMs = await world.until(() => isWell(watched), (next ?? fault).recoveredMs);
      await deliver();
    }
  } finally {
    subscription();
  }
  const stoppedMs = await world.finish(watched.central.stop(), STOP_MS);
  const clientsLeft = watched.simulated(kind).clients.length;
  await world[Symbol.asyncDispose]();
  const causes = causesOf(watched, kind);
  const expected = [fault, ...(next ? [next] : [])].flatMap(({ cause, passing = [] }) => [cause, ...passing]);
  return {
    detectedMs,
    recoveredMs,
    stoppedMs,
    causes,
    wrongCauses: causes.filter((cause) => !expected.includes(cause)),
    delivered,
    lost: Array.from({ length: delivered }, (_, mark) => mark).filter((mark, index) => received[index] !== mark).length,
    timersLeft: world.clock.pendingTimers,
    socketsLeft: (await settledSockets(socketsBefore)) - socketsBefore,
    clientsLeft,
  };
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
  for (let turn = 0; turn < CLOSING_TURNS && sockets() > expected; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  return sockets();
}
