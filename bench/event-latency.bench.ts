import { setTimeout as sleep } from "node:timers/promises";
import { SimulatedCcu } from "../src/simulator/ccu.ts";
import { AddOn } from "../test/peers/add-on.ts";
import { eventually } from "../test/peers/eventually.ts";
import type { HomeAssistant } from "../test/peers/home-assistant.ts";
import { quantile } from "./quantile.ts";
import type { Row } from "./row.ts";

/** The companion takes 64 at most. */
const CCUS = 60;
const STARTS = 2;
const SILENT = 1e6;
const MAX_PAUSE_MS = 60;
const LIMIT_MS = 10_000;
const TARGETS_MS = { p50: 5, p95: 15 };

/**
 * From the moment a CCU posts an event until Home Assistant tells its clients of the new state. An age is not published
 * with each event, but it must be with the first: so each CCU gives one sample after each start of the add-on.
 */
export async function benchEventLatency(homeAssistant: HomeAssistant): Promise<Row[]> {
  await using peers = new AsyncDisposableStack();
  // An interface on which no service message is waiting, so that nothing is said before the sample.
  const ccus = Array.from({ length: CCUS }, () =>
    peers.use(new SimulatedCcu({ interfaces: [{ name: "BidCos-Wired" }], reportScale: SILENT })),
  );
  await Promise.all(ccus.map((ccu) => ccu.start()));
  const addOn = peers.use(
    await AddOn.start({
      ccus: ccus.map((ccu, index) => ({
        name: `Latency ${index}`,
        host: "127.0.0.1",
        interfaces: [{ name: "BidCos-Wired", port: ccu.interface("BidCos-Wired").port }],
      })),
      home_assistant: { url: homeAssistant.url, token: homeAssistant.token },
    }),
  );
  const samplesMs: number[] = [];
  for (let start = 0; start < STARTS; start += 1) {
    if (start > 0) {
      await addOn.stop();
      await addOn.start();
    }
    await untilAllAreConnected(homeAssistant);
    for (const [index, ccu] of ccus.entries()) {
      await sleep(Math.random() * MAX_PAUSE_MS);
      samplesMs.push(await sample(homeAssistant, ccu, `sensor.latency_${index}_last_event_age`));
    }
  }
  const [p50, p95, max] = [quantile(samplesMs, 0.5), quantile(samplesMs, 0.95), quantile(samplesMs, 1)] as const;
  return [
    {
      work: "callback POST -> state_changed in Home Assistant",
      ours: `p50 ${p50.toFixed(1)} ms, p95 ${p95.toFixed(1)} ms, max ${max.toFixed(1)} ms (${samplesMs.length} events)`,
      peer: "-",
      ratio: "-",
      target: `p50 <= ${TARGETS_MS.p50} ms, p95 <= ${TARGETS_MS.p95} ms`,
      met: p50 <= TARGETS_MS.p50 && p95 <= TARGETS_MS.p95,
    },
  ];
}

async function sample(homeAssistant: HomeAssistant, ccu: SimulatedCcu, entityId: string): Promise<number> {
  const seen = Promise.withResolvers<number>();
  using _ = homeAssistant.onStateChanged(({ entity_id, new_state }) => {
    if (entity_id === entityId && isNumber(new_state?.state)) seen.resolve(performance.now());
  });
  const timer = setTimeout(() => seen.reject(new Error(`${entityId} did not follow the event`)), LIMIT_MS);
  const sentAtMs = performance.now();
  ccu.interface("BidCos-Wired").sendEvent({ address: "LEQ0000001:1", parameter: "STATE", value: true });
  try {
    return (await seen.promise) - sentAtMs;
  } finally {
    clearTimeout(timer);
  }
}

async function untilAllAreConnected(homeAssistant: HomeAssistant): Promise<void> {
  await eventually({
    what: "the connection to all CCUs",
    timeoutMs: 60_000,
    ask: async () => {
      const states = new Map((await homeAssistant.states()).map(({ entity_id, state }) => [entity_id, state]));
      const connected = (index: number): boolean =>
        isNumber(states.get(`sensor.latency_${index}_connection_latency`)) &&
        states.get(`sensor.latency_${index}_last_event_age`) === "unknown";
      return Array.from({ length: CCUS }, (_, index) => index).every(connected) || undefined;
    },
  });
}

function isNumber(state: string | undefined): boolean {
  return Number.isFinite(Number.parseFloat(state ?? ""));
}
