import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { AddOnClient, type ClientCcu, type Metrics } from "../peers/add-on-client.ts";
import { NEWEST_CORE, OLDEST_CORE } from "../peers/cores.ts";
import { eventually } from "../peers/eventually.ts";
import { HomeAssistant } from "../peers/home-assistant.ts";
import { type LoopDelays, loopDelaysDuring } from "../peers/loop-delays.ts";
import { CheckTable } from "./check-table.ts";

const CCUS = 100;
/** Of each CCU: five sensors, an event entity, and four of its interface. */
const ENTITIES = CCUS * 10;
const LOOKED_AT = "sensor.ccu_99_system_health";
const SYNC_LIMIT_MS = 2_000;
const DELAY_LIMIT_MS = 50;

/** Values that all differ from one round to the next. */
function ccuMetrics(round: number): Metrics {
  const odd = round % 2 === 1;
  return {
    system_health: round % 101,
    connection_latency: 10 + round,
    last_event_age: round,
    status: odd ? "degraded" : "ok",
    problem: odd,
  };
}

function interfaceMetrics(round: number): Metrics {
  const odd = round % 2 === 1;
  const details = { message: `Round ${round}`, remedy: null, since: new Date(Date.UTC(2026, 10, 1) + round * 1_000).toISOString() };
  return {
    health: round % 101,
    connected: !odd,
    cause: { value: odd ? "timeout" : "none", details },
    duty_cycle: { value: round % 101, details: { modules: ["HmIP-RF"] } },
  };
}

const seconds = (milliseconds: number): string => `${(milliseconds / 1_000).toFixed(2)} s`;

const idOf = (index: number): string => `CCU${String(index).padStart(7, "0")}`;

function topology(round: number): readonly ClientCcu[] {
  return Array.from({ length: CCUS }, (_, index) => ({
    id: idOf(index),
    name: `CCU ${index}`,
    metrics: ccuMetrics(round),
    interfaces: [{ id: `${idOf(index)}/HmIP-RF`, name: "HmIP-RF", metrics: interfaceMetrics(round) }],
  }));
}

function valuesOf(round: number, indices: readonly number[]): Readonly<Record<string, Metrics>> {
  return Object.fromEntries(
    indices.flatMap((index) => [
      [idOf(index), ccuMetrics(round)],
      [`${idOf(index)}/HmIP-RF`, interfaceMetrics(round)],
    ]),
  );
}

const ALL = Array.from({ length: CCUS }, (_, index) => index);

describe.each([OLDEST_CORE, NEWEST_CORE])("100 CCUs on Core $version", (core) => {
  const peers = new AsyncDisposableStack();
  const table = new CheckTable(core);
  let homeAssistant: HomeAssistant;
  let client: AddOnClient;

  const note = (what: string, { late, own, collections }: LoopDelays): void => {
    const words = ({ p50, p95, max }: LoopDelays["late"]): string =>
      `p50 ${p50.toFixed(1)}, p95 ${p95.toFixed(1)}, max ${max.toFixed(1)} ms`;
    table.add(`${what}: delay of Core's loop by its own work`, words(own));
    table.add(`${what}: with recorder, ${collections} full collections, other processes`, words(late));
  };
  const looksLike = (round: number) =>
    homeAssistant.waitForState(LOOKED_AT, ({ state }) => Number.parseFloat(state) === round % 101, 30_000);

  /** What other processes took of the CPU in the meantime is not Home Assistant's time. */
  const sync = async (what: string, round: number, done: () => Promise<void>): Promise<void> => {
    const { process } = homeAssistant;
    const [startedMs, waitedMs] = [performance.now(), process.waitedForCpuMs];
    let tookMs = Number.NaN;
    const delays = await loopDelaysDuring(homeAssistant, async () => {
      await client.sync(topology(round));
      await done();
      tookMs = performance.now() - startedMs;
    });
    const ownMs = tookMs - (process.waitedForCpuMs - waitedMs);
    table.add(`${what}: ${ENTITIES} entities have values`, `${seconds(ownMs)} (with other processes ${seconds(tookMs)})`);
    note(what, delays);
    expect(ownMs).toBeLessThan(SYNC_LIMIT_MS);
  };

  beforeAll(async () => {
    homeAssistant = peers.use(await HomeAssistant.start({ core, probe: true }));
    await homeAssistant.addConfigEntry("homematic_vitals");
    client = peers.use(await AddOnClient.open(homeAssistant));
    await client.hello();
    await client.connect();
  });

  afterAll(async () => {
    await peers.disposeAsync();
  });

  test("1,000 entities exist and have values 2 s after the first sync", async () => {
    const alive = new Set<string>();
    using _ = homeAssistant.onStateChanged(({ entity_id, new_state }) => {
      if (/\.ccu_/.test(entity_id) && new_state && new_state.state !== "unavailable") alive.add(entity_id);
    });
    await sync("first sync", 1, async () => {
      await eventually({ what: "a value of every entity", timeoutMs: 30_000, ask: () => alive.size === ENTITIES || undefined });
    });
  });

  test("a later sync takes 2 s at most as well", async () => {
    await sync("later sync", 2, async () => {
      await looksLike(2);
    });
  });

  test("updates delay the loop by 50 ms at most, even if every value changes in each of them", async () => {
    const one = await loopDelaysDuring(homeAssistant, async () => {
      for (let round = 3; round < 203; round += 1) await client.update(valuesOf(round, [round % CCUS, 99]));
      await looksLike(202);
    });
    note("200 updates of 2 CCUs", one);
    const all = await loopDelaysDuring(homeAssistant, async () => {
      for (let round = 203; round < 223; round += 1) await client.update(valuesOf(round, ALL));
      await looksLike(222);
    });
    note("20 updates of 100 CCUs", all);
    expect(one.own.max).toBeLessThan(DELAY_LIMIT_MS);
    expect(all.own.max).toBeLessThan(DELAY_LIMIT_MS);
  });

  test("Core has nothing to complain about", () => {
    // Core blames the entity whose state it writes when a full collection begins.
    expect(homeAssistant.complaints([/Updating state for .* took/])).toEqual([]);
  });
});
