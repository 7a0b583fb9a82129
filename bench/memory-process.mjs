// Feeds the built metrics core and prints what memory that takes; a process of its own, run with --expose-gc.
import { EventBus } from "../dist/events.js";
import { emitLatency, MetricsObserver } from "../dist/metrics.js";

const EVENTS = 1_000_000;
const KEYS = 10_000;
const EVENTS_A_TURN = 100;

const eventBus = new EventBus();
const observer = new MetricsObserver({ eventBus });
const sourceIds = Array.from({ length: KEYS }, (_, index) => `interface-${index}`);
let halfwayBytes = 0;

for (let event = 1; event <= EVENTS; event += 1) {
  const durationMs = 5 + ((event * 7_919) % 10_007) / 20;
  emitLatency({ eventBus, source: "ping_pong", sourceId: sourceIds[event % KEYS], operation: "round_trip", durationMs });
  if (event % EVENTS_A_TURN === 0) await eventBus.flush();
  if (event === EVENTS / 2) halfwayBytes = heapBytes();
}

const heapGrowthMb = (heapBytes() - halfwayBytes) / 1e6;
const rssMb = process.memoryUsage.rss() / 1e6;
if (observer.snapshot().latency.size !== KEYS) throw new Error("not every key was recorded");
process.stdout.write(JSON.stringify({ rssMb, heapGrowthMb }));

function heapBytes() {
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}
