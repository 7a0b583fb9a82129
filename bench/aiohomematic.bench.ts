import { EventBus } from "../src/events/event-bus.ts";
import { emitLatency } from "../src/metrics/emitters.ts";
import { MetricsObserver } from "../src/metrics/observer.ts";
import { setUpPeers } from "../test/peers/set-up.ts";
import { aiohomematicCost, type MetricsCost } from "./aiohomematic-peer.ts";
import { quantile } from "./quantile.ts";
import type { Row } from "./row.ts";

const SOURCE_IDS = Array.from({ length: 1_001 }, (_, index) => String(index));
const ROUNDS = 200;
/** As RPC calls take; the same in the Python script. */
const DURATIONS_MS: readonly number[] = Array.from({ length: ROUNDS }, (_, round) => 5 + ((round * 7) % 45));

/** The same jobs as `aiohomematic_peer.py figures` does, first there, then here. */
export async function benchAgainstAiohomematic(): Promise<Row[]> {
  await setUpPeers();
  const theirs = await aiohomematicCost();
  const ours = await ourCost();
  const snapshot = `snapshot of ${SOURCE_IDS.length} latencies`;
  return [
    row("emitLatency until the observer has it, per sample", ours.emitUs, theirs.emitUs),
    row(`${snapshot}, one changed`, ours.oneChangedUs, theirs.oneChangedUs),
    // No target: ours holds the quantiles of the last minutes as well, theirs a lifetime average.
    { ...row(`${snapshot}, all changed`, ours.allChangedUs, theirs.allChangedUs), target: "-", met: true },
  ];
}

async function ourCost(): Promise<MetricsCost> {
  const eventBus = new EventBus();
  const observer = new MetricsObserver({ eventBus });
  const emitUs: number[] = [];
  const allChangedUs: number[] = [];
  const oneChangedUs: number[] = [];
  for (const durationMs of DURATIONS_MS) {
    emitUs.push((await emit(eventBus, SOURCE_IDS, durationMs)) / SOURCE_IDS.length);
    allChangedUs.push(snapshot(observer));
    await emit(eventBus, SOURCE_IDS.slice(0, 1), durationMs);
    oneChangedUs.push(snapshot(observer));
  }
  return { emitUs: quantile(emitUs, 0.5), allChangedUs: quantile(allChangedUs, 0.5), oneChangedUs: quantile(oneChangedUs, 0.5) };
}

async function emit(eventBus: EventBus, sourceIds: readonly string[], durationMs: number): Promise<number> {
  const startedMs = performance.now();
  for (const sourceId of sourceIds) emitLatency({ eventBus, source: "rpc", sourceId, operation: "getValue", durationMs });
  await eventBus.flush();
  return (performance.now() - startedMs) * 1_000;
}

function snapshot(observer: MetricsObserver): number {
  const startedMs = performance.now();
  const taken = observer.snapshot();
  const durationUs = (performance.now() - startedMs) * 1_000;
  if (taken.latency.size !== SOURCE_IDS.length) throw new Error("the observer has not seen all keys");
  return durationUs;
}

function row(work: string, oursUs: number, theirsUs: number): Row {
  const less = oursUs < theirsUs;
  return {
    work,
    ours: `${oursUs.toFixed(1)} us`,
    peer: `aiohomematic ${theirsUs.toFixed(1)} us`,
    ratio: less ? `${(theirsUs / oursUs).toFixed(1)}x less` : `${(oursUs / theirsUs).toFixed(1)}x more`,
    target: "less",
    met: less,
  };
}
