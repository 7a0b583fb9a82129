import { HomeAssistant } from "../test/peers/home-assistant.ts";
import { setUpPeers } from "../test/peers/set-up.ts";
import { benchEventLatency } from "./event-latency.bench.ts";
import { benchOutages } from "./outages.bench.ts";
import type { Row } from "./row.ts";
import { benchStart } from "./start.bench.ts";

/** The built add-on between CCUs and a real Home Assistant, a new one for each measurement. */
export async function benchHomeAssistant(): Promise<Row[]> {
  await setUpPeers();
  const rows: Row[] = [];
  for (const bench of [benchStart, benchEventLatency, benchOutages]) {
    await using homeAssistant = await HomeAssistant.start();
    await homeAssistant.addConfigEntry("homematic_vitals");
    rows.push(...(await bench(homeAssistant)));
  }
  return rows;
}
