import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { Histogram } from "prom-client";
import { z } from "zod";
import { EventBus } from "../src/events/index.ts";
import { emitLatency, MetricsObserver } from "../src/metrics/index.ts";
import { NODE_FLAGS } from "../test/peers/node-flags.ts";
import { repositoryRoot } from "../test/peers/paths.ts";
import { quantile } from "./quantile.ts";
import type { Row } from "./row.ts";

const EMISSIONS = 300_000;
/** The loop of a busy program turns about as often. */
const EMISSIONS_A_TURN = 1_000;
const ROUNDS = 9;
const KEYS = 1_000;

const Memory = z.object({ rssMb: z.number(), heapGrowthMb: z.number() });

/** Emitting beside prom-client, snapshots, and memory of the metrics core. */
export async function benchMetrics(): Promise<Row[]> {
  return [await emissions(), ...(await snapshots()), ...(await memory())];
}

/** The two take turns, so that what else the machine does meets both. */
async function emissions(): Promise<Row> {
  const eventBus = new EventBus();
  const observer = new MetricsObserver({ eventBus });
  const histogram = new Histogram({
    name: "round_trip",
    help: "Round trip.",
    labelNames: ["source", "sourceId", "operation"],
    registers: [],
  });
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const own = await nanosecondsEach(async () => {
      for (let sample = 0; sample < EMISSIONS; sample += 1) {
        emitLatency({ eventBus, source: "ping_pong", sourceId: "HmIP-RF", operation: "round_trip", durationMs: durationOf(sample) });
        if (sample % EMISSIONS_A_TURN === 0) await eventBus.flush();
      }
      await eventBus.flush();
    });
    const peer = await nanosecondsEach(async () => {
      for (let sample = 0; sample < EMISSIONS; sample += 1) {
        histogram.observe({ source: "ping_pong", sourceId: "HmIP-RF", operation: "round_trip" }, durationOf(sample) / 1_000);
      }
    });
    // The first round warms up.
    if (round === 0) continue;
    ours.push(own);
    theirs.push(peer);
  }
  const recorded = observer.getAggregatedLatency({ pattern: "ping_pong" })?.count;
  if (recorded !== EMISSIONS * (ROUNDS + 1)) throw new Error(`${recorded} emissions were recorded, not all`);
  const [own, peer] = [quantile(ours, 0.5), quantile(theirs, 0.5)];
  return {
    work: "emitLatency until recorded by the observer",
    ours: `${own.toFixed(0)} ns`,
    peer: `prom-client histogram, 3 labels: ${peer.toFixed(0)} ns`,
    ratio: `${(peer / own).toFixed(1)}x faster`,
    target: ">= 2.5x faster",
    met: peer / own >= 2.5,
  };
}

/** 0.5 to 500 ms, as round trips are spread. */
function durationOf(sample: number): number {
  return (sample % 500) + 0.5;
}

async function nanosecondsEach(work: () => Promise<void>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return ((performance.now() - startedMs) * 1e6) / EMISSIONS;
}

async function snapshots(): Promise<Row[]> {
  const eventBus = new EventBus();
  const observer = new MetricsObserver({ eventBus });
  const emit = (key: number): void =>
    emitLatency({ eventBus, source: "rpc", sourceId: `interface-${key}`, operation: "ping", durationMs: 5 + (key % 50) });
  for (let sample = 0; sample < 20 * KEYS; sample += 1) emit(sample % KEYS);
  await eventBus.flush();
  const changed: number[] = [];
  for (let round = 0; round < 400; round += 1) {
    emit(round);
    await eventBus.flush();
    const startedMs = performance.now();
    observer.snapshot();
    changed.push((performance.now() - startedMs) * 1_000);
  }
  const repeats = 100_000;
  const startedMs = performance.now();
  for (let repeat = 0; repeat < repeats; repeat += 1) observer.snapshot();
  const unchangedUs = ((performance.now() - startedMs) * 1_000) / repeats;
  const changedUs = quantile(changed, 0.5);
  const row = { peer: "-", ratio: "-" };
  return [
    {
      ...row,
      work: "snapshot with 1,000 keys after one change",
      ours: `${changedUs.toFixed(0)} us`,
      target: "<= 100 us",
      met: changedUs <= 100,
    },
    { ...row, work: "snapshot, unchanged", ours: `${unchangedUs.toFixed(2)} us`, target: "<= 1 us", met: unchangedUs <= 1 },
  ];
}

async function memory(): Promise<Row[]> {
  // With the limits that `npm start` and the add-on's image run with.
  const flags = ["--expose-gc", ...NODE_FLAGS];
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, join(repositoryRoot, "bench", "memory-process.mjs")]);
  const { rssMb, heapGrowthMb } = Memory.parse(JSON.parse(stdout));
  const row = { work: "memory: 10,000 keys, one million events", peer: "-", ratio: "-" };
  return [
    { ...row, ours: `RSS ${rssMb.toFixed(0)} MB`, target: "<= 90 MB", met: rssMb <= 90 },
    { ...row, ours: `heap of the second half ${heapGrowthMb.toFixed(2)} MB`, target: "flat within 2 MB", met: Math.abs(heapGrowthMb) <= 2 },
  ];
}
