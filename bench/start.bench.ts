import { SimulatedCcu } from "../src/simulator/ccu.ts";
import { AddOn } from "../test/peers/add-on.ts";
import type { HomeAssistant } from "../test/peers/home-assistant.ts";
import { quantile } from "./quantile.ts";
import type { Row } from "./row.ts";

const RUNS = 7;
const TARGET_MS = 1_500;
const LIMIT_MS = 30_000;
const SENSORS = ["system_health", "connection_latency", "last_event_age"];

/** From the start of the process until the three entities of its CCU have values; Home Assistant and the CCU are up. */
export async function benchStart(homeAssistant: HomeAssistant): Promise<Row[]> {
  const firstMs: number[] = [];
  const laterMs: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    // A new CCU each time, so that Home Assistant has to make its entities.
    await using ccu = new SimulatedCcu({ serial: `START0000${run}` });
    await ccu.start();
    // Last event age is about what devices report, and how long a home is quiet is not ours to measure.
    await ccu.set({ eventsPerSecond: 10 });
    const values = new EntityValues(homeAssistant, `start_${run}`);
    let startedMs = performance.now();
    const all = values.appear();
    await using addOn = await AddOn.start({
      ccus: [{ name: `Start ${run}`, host: "127.0.0.1", interfaces: ccu.interfaces.map(({ name, port }) => ({ name, port })) }],
      home_assistant: { url: homeAssistant.url, token: homeAssistant.token },
    });
    firstMs.push((await all) - startedMs);
    await Promise.all([addOn.stop(), values.vanish()]);
    startedMs = performance.now();
    const again = values.appear();
    await addOn.start();
    laterMs.push((await again) - startedMs);
  }
  return [
    row("first start of the add-on -> entities have values", firstMs),
    row("later start of the add-on -> entities have values", laterMs),
  ];
}

class EntityValues {
  readonly #homeAssistant: HomeAssistant;
  readonly #entityIds: readonly string[];

  constructor(homeAssistant: HomeAssistant, device: string) {
    this.#homeAssistant = homeAssistant;
    this.#entityIds = SENSORS.map((sensor) => `sensor.${device}_${sensor}`);
  }

  /** When the last of them became a number. */
  async appear(): Promise<number> {
    await Promise.all(
      this.#entityIds.map((id) => this.#homeAssistant.waitForState(id, ({ state }) => Number.parseFloat(state) >= 0, LIMIT_MS)),
    );
    return performance.now();
  }

  async vanish(): Promise<void> {
    await Promise.all(this.#entityIds.map((id) => this.#homeAssistant.waitForState(id, "unavailable", LIMIT_MS)));
  }
}

function row(work: string, samplesMs: readonly number[]): Row {
  const [p50, max] = [quantile(samplesMs, 0.5), quantile(samplesMs, 1)] as const;
  return {
    work,
    ours: `p50 ${p50.toFixed(0)} ms, max ${max.toFixed(0)} ms (${samplesMs.length} starts)`,
    peer: "-",
    ratio: "-",
    target: `<= ${TARGET_MS} ms`,
    met: max <= TARGET_MS,
  };
}
