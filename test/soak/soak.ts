import { setTimeout as sleep } from "node:timers/promises";
import { SimulatedCcu, type SimulatedInterfaceName } from "../../src/simulator/index.ts";
import { freePort } from "../peers/free-port.ts";
import { EventTally } from "./event-tally.ts";
import { SOAK_FAULTS } from "./soak-faults.ts";
import { episodes, restarts } from "./soak-plan.ts";
import { type Played, SoakedInterface } from "./soaked-interface.ts";
import { type Reading, SoakedProgram } from "./soaked-program.ts";

const HOST = "127.0.0.1";
const CCUS = ["One", "Two"] as const;
const INTERFACES: readonly SimulatedInterfaceName[] = ["HmIP-RF", "BidCos-RF", "VirtualDevices"];
const WARM_UP_MS = 5 * 60_000;
const START_LIMIT_MS = 30_000;
/** What has been the same for 5 min is told, and its timer is gone. */
const CALM_MS = 360_000;
const CALM_LOOK_MS = 5_000;

interface Stop {
  readonly code: number | null;
  readonly tookMs: number;
  /** Registrations that were left at interfaces to which nothing was done. */
  readonly clientsLeft: number;
}

/** Everything that was seen. */
export interface Soaked {
  readonly hours: number;
  readonly played: readonly Played[];
  readonly stops: readonly Stop[];
  readonly incidentsForgotten: number;
  readonly incidents: number;
  readonly events: { readonly sent: number; readonly delivered: number; readonly lost: number; readonly unconfirmed: number };
  /** All well before the first fault; some time after the last start; all well in the end. */
  readonly readings: { readonly first: Reading; readonly warm: Reading; readonly last: Reading };
  readonly warmAfterMinutes: number;
  readonly lines: number;
  readonly troubles: readonly string[];
}

interface SoakOptions {
  readonly minutes: number;
  readonly seed: number;
  readonly say: (line: string) => void;
}

/** Two simulated CCUs in this process, the program in one of its own; faults come to each interface at random, each by itself. */
export async function soak({ minutes, seed, say }: SoakOptions): Promise<Soaked> {
  const startedMs = performance.now();
  await using parts = new AsyncDisposableStack();
  const ccus = CCUS.map((name, index) => ({ name, ccu: parts.use(simulatedCcu(index, seed)) }));
  for (const { ccu } of ccus) await ccu.start();
  const program = parts.use(
    await SoakedProgram.start({
      ccus: ccus.map(({ name, ccu }) => ({ name, host: HOST, interfaces: ccu.interfaces.map(({ name, port }) => ({ name, port })) })),
      // The same at each start: at a CCU that is ill when the program ends its registration stays.
      callback: { host: HOST, port: await freePort() },
    }),
  );
  const interfaces = ccus
    .flatMap(({ name, ccu }) => ccu.interfaces.map((simulated) => ({ key: `${name}/${simulated.name}`, simulated })))
    .map(
      ({ key, simulated }, index) =>
        new SoakedInterface({ key, simulated, program, episodes: episodes({ seed: 1_000 * seed + index, faults: SOAK_FAULTS }) }),
    );
  const tally = parts.use(new EventTally({ interfaces, program, seed }));
  const stops: Stop[] = [];
  let incidentsForgotten = 0;
  const stop = async (): Promise<void> => {
    await tally.pause();
    const atRest = interfaces.filter((each) => each.isAtRest);
    const stopped = await program.stop();
    tally.add();
    // A fault may have come in this very moment.
    const stillAtRest = atRest.filter((each) => each.isAtRest);
    stops.push({ ...stopped, clientsLeft: stillAtRest.reduce((sum, { simulated }) => sum + simulated.clients.length, 0) });
  };
  const restart = async (): Promise<void> => {
    const before = await program.incidents();
    await stop();
    await program.startAgain();
    tally.begin();
    const after = await program.incidents();
    incidentsForgotten += before.filter((id) => !after.includes(id)).length;
    say(`${clockOf(startedMs)} the program was started anew`);
  };
  tally.begin();
  await untilWell(interfaces, program);
  const first = await program.reading();
  const end = AbortSignal.timeout(minutes * 60_000);
  const playing = interfaces.map((each) => playOn(each, end, (played) => say(`${clockOf(startedMs)} ${each.key}: ${lineOf(played)}`)));
  for (const atMs of restarts({ seed, minutes })) {
    await sleep(Math.max(0, startedMs + atMs - performance.now()));
    await restart();
  }
  const lastStartMs = performance.now();
  await pass(Math.min(WARM_UP_MS, (startedMs + minutes * 60_000 - lastStartMs) / 2), end);
  const warm = await program.reading();
  const warmAfterMinutes = (performance.now() - lastStartMs) / 60_000;
  const played = (await Promise.all(playing)).flat();
  await untilWell(interfaces, program);
  const last = await calmReading(program, first);
  const incidents = (await program.incidents()).length;
  await stop();
  return {
    hours: (performance.now() - startedMs) / 3_600_000,
    played,
    stops,
    incidentsForgotten,
    incidents,
    events: { sent: tally.sent, delivered: tally.delivered, lost: tally.lost, unconfirmed: tally.unconfirmed },
    readings: { first, warm, last },
    warmAfterMinutes,
    lines: program.lines,
    troubles: program.troubles,
  };
}

function simulatedCcu(index: number, seed: number): SimulatedCcu {
  return new SimulatedCcu({
    serial: `SOAK00000${index}`,
    seed: seed + 10 * index,
    // The devices that report are those of the tally.
    reportScale: 1e6,
    interfaces: INTERFACES.map((name) => ({ name })),
  });
}

async function playOn(each: SoakedInterface, end: AbortSignal, onPlayed: (played: Played) => void): Promise<readonly Played[]> {
  const all: Played[] = [];
  while (!end.aborted) {
    const played = await each.play(end);
    if (played === null) break;
    all.push(played);
    onPlayed(played);
  }
  return all;
}

async function untilWell(interfaces: readonly SoakedInterface[], program: SoakedProgram): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  using _ = program.onLook(() => {
    if (interfaces.every((each) => each.isAtRest)) resolve();
  });
  const timer = setTimeout(() => reject(new Error(`not all interfaces were well within ${START_LIMIT_MS} ms`)), START_LIMIT_MS);
  await promise.finally(() => clearTimeout(timer));
}

/** What is held back while an interface flaps, such as a line of log, waits for some minutes more. */
async function calmReading(program: SoakedProgram, { sockets, timers }: Reading): Promise<Reading> {
  const endMs = performance.now() + CALM_MS;
  for (;;) {
    const reading = await program.reading();
    if ((reading.sockets <= sockets && reading.timers <= timers) || performance.now() >= endMs) return reading;
    await sleep(CALM_LOOK_MS);
  }
}

async function pass(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(Math.max(0, ms), null, { signal }).catch(() => {});
}

function clockOf(startedMs: number): string {
  const seconds = Math.floor((performance.now() - startedMs) / 1_000);
  return `${String(Math.floor(seconds / 60)).padStart(2, "0")}:${String(seconds % 60).padStart(2, "0")}`;
}

function lineOf({ fault, lastedMs, namedMs, recoveredMs, wrongCauses, problems }: Played): string {
  const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
  return [
    `${fault.name} for ${seconds(lastedMs)}`,
    namedMs === null ? "not named" : `named after ${seconds(namedMs)}`,
    recoveredMs === null ? "always well after it" : `well ${seconds(recoveredMs)} after its end`,
    ...wrongCauses.map((cause) => `WRONG: ${cause}`),
    ...problems.map((problem) => `PROBLEM: ${problem}`),
  ].join(", ");
}
