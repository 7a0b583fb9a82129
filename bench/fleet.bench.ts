import { once } from "node:events";
import { Agent, get } from "node:http";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { AddOn } from "../test/peers/add-on.ts";
import { eventually } from "../test/peers/eventually.ts";
import { PeerProcess } from "../test/peers/process.ts";
import { quantile } from "./quantile.ts";
import type { Row } from "./row.ts";

const CCUS = 100;
const INTERFACES_A_CCU = 3;
const EVENTS_PER_SECOND = 5;
const WANTED_RATE = CCUS * INTERFACES_A_CCU * EVENTS_PER_SECOND;
const START_LIMIT_MS = 120_000;
/** V8 optimises what runs often in this time, and the window of the latencies fills. */
const WARM_UP_MS = 60_000;
const MEASURED_MS = 60_000;
const SCRAPES = 20;
/** As Prometheus does; meanwhile all interfaces were pinged. */
const BETWEEN_SCRAPES_MS = 15_000;

const Ccus = z.array(z.array(z.object({ name: z.string(), port: z.int() })));
const USAGE = {
  cpuSeconds: "process_cpu_seconds_total",
  residentBytes: "process_resident_memory_bytes",
  callbacks: 'homematic_vitals_metric_total\\{key="callback::requests"\\}',
  pongs: "homematic_vitals_round_trip_seconds_count",
  connected: "homematic_vitals_ccu_connected",
} as const;

type Usage = Readonly<Record<keyof typeof USAGE, number>>;

/** The built add-on with a hundred CCUs that report all the time; they are simulated by another process. */
export async function benchFleet(): Promise<Row[]> {
  await using ccus = PeerProcess.start({
    name: "The fleet",
    command: process.execPath,
    args: [fileURLToPath(new URL("fleet-process.ts", import.meta.url)), String(CCUS), String(EVENTS_PER_SECOND)],
  });
  const ready = await ccus.waitForLine(/^ready /, START_LIMIT_MS);
  const interfaces = Ccus.parse(JSON.parse(ready.slice("ready ".length)));
  await using addOn = await AddOn.start({
    ccus: interfaces.map((each, index) => ({ name: `Site ${index}`, host: "127.0.0.1", interfaces: each })),
    callback: { host: "127.0.0.1", port: 0 },
  });
  await eventually({
    what: "the connection to all CCUs",
    timeoutMs: START_LIMIT_MS,
    ask: async () => (await usageOf(addOn)).connected === CCUS || undefined,
  });
  await pass(WARM_UP_MS);
  const before = await usageOf(addOn);
  const startedMs = performance.now();
  await pass(MEASURED_MS);
  const after = await usageOf(addOn);
  const seconds = (performance.now() - startedMs) / 1_000;
  return rowsOf({
    // Not only device events: what a radio module says about itself is none, and as much work.
    rate: (after.callbacks - before.callbacks - (after.pongs - before.pongs)) / seconds,
    cores: (after.cpuSeconds - before.cpuSeconds) / seconds,
    megabytes: after.residentBytes / 1e6,
    connected: after.connected,
    scrapesMs: await scrape(addOn),
  });
}

function rowsOf(figures: { rate: number; cores: number; megabytes: number; connected: number; scrapesMs: readonly number[] }): Row[] {
  const { rate, cores, megabytes, connected, scrapesMs } = figures;
  if (connected !== CCUS) throw new Error(`${connected} of ${CCUS} CCUs are connected`);
  // A load that did not arrive would make any figure good.
  if (rate < 0.97 * WANTED_RATE) throw new Error(`${rate.toFixed(0)} events/s arrived instead of ${WANTED_RATE}`);
  const row = { peer: "-", ratio: "-" };
  const work = `${CCUS} CCUs x ${INTERFACES_A_CCU} interfaces, ${rate.toFixed(0)} events/s`;
  const [median, nearlyAll, longest] = [quantile(scrapesMs, 0.5), quantile(scrapesMs, 0.95), quantile(scrapesMs, 1)];
  return [
    { ...row, work, ours: `CPU ${(100 * cores).toFixed(1)} % of one core`, target: "<= 15 %", met: cores <= 0.15 },
    { ...row, work, ours: `RSS ${megabytes.toFixed(0)} MB`, target: "<= 250 MB", met: megabytes <= 250 },
    {
      ...row,
      work: `${work}: scrape of /metrics`,
      ours: `p50 ${median.toFixed(0)} ms, p95 ${nearlyAll.toFixed(0)} ms, max ${longest.toFixed(0)} ms`,
      target: "p95 <= 50 ms",
      met: nearlyAll <= 50,
    },
  ];
}

/** From the request until the last byte has arrived, over a connection that is kept. Not by `fetch`, whose streams take several ms for megabytes. */
async function scrape(addOn: AddOn): Promise<readonly number[]> {
  const agent = new Agent({ keepAlive: true });
  const taken: number[] = [];
  for (let count = 0; count < SCRAPES; count += 1) {
    await pass(BETWEEN_SCRAPES_MS);
    const startedMs = performance.now();
    const [response] = await once(get(`${addOn.url}/metrics`, { agent }), "response");
    await once(response.resume(), "end");
    taken.push(performance.now() - startedMs);
  }
  agent.destroy();
  return taken;
}

async function usageOf(addOn: AddOn): Promise<Usage> {
  const text = await textOf(addOn);
  const sum = (series: string): number =>
    [...text.matchAll(new RegExp(`^${series}(?:\\{.*\\})? (\\S+)$`, "gm"))].reduce((total, [, value]) => total + Number(value), 0);
  return {
    cpuSeconds: sum(USAGE.cpuSeconds),
    residentBytes: sum(USAGE.residentBytes),
    callbacks: sum(USAGE.callbacks),
    pongs: sum(USAGE.pongs),
    connected: sum(USAGE.connected),
  };
}

async function textOf(addOn: AddOn): Promise<string> {
  const response = await fetch(`${addOn.url}/metrics`);
  return await response.text();
}

function pass(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
