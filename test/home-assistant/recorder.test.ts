import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { AddOn } from "../peers/add-on.ts";
import { eventually } from "../peers/eventually.ts";
import { freePort } from "../peers/free-port.ts";
import { HomeAssistant } from "../peers/home-assistant.ts";
import { type RecordedRow, RecorderDatabase } from "../peers/recorder-database.ts";
import { enableAllEntities, entitiesOf } from "../peers/registry.ts";
import { SimulatedCcu } from "../peers/simulated-ccu.ts";
import { CheckTable } from "./check-table.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const DAY_MS = 24 * 60 * MINUTE_MS;

const STEADY = "SIMSTEADY1";
const FLAPPING = "SIMFLAPS01";
/** What a CCU names last: its radio modules report it. */
const LATE = ["carrier-sense", "low-batteries"];
const EVENTS_PER_SECOND = 5;
/** After all entities have values: what a start brings along is over. */
const SETTLE_MS = 2 * MINUTE_MS;
const MEASURE_MS = 15 * MINUTE_MS;
const FLAP_MS = 30 * SECOND_MS;

const ROWS_A_DAY = 300;
const HEADLINE_ROWS_A_DAY = 600;
const STRESS_FACTOR = 10;
const ROUNDING = 1e-6;
const HEADLINE = ["system_health", "connection_latency", "last_event_age"];

/** Rows a day of each entity that belongs to a CCU. */
class Budget {
  readonly #rows = new Map<string, number>();

  constructor(entityIds: readonly string[], rows: readonly RecordedRow[], { fromMs, toMs }: { fromMs: number; toMs: number }) {
    for (const id of entityIds) {
      const times = rows.filter(({ entityId }) => entityId === id).map(({ atMs }) => atMs);
      // From the row before, at most a settling time back, so that a steady rhythm is counted in whole periods.
      const beginMs = Math.max(fromMs - SETTLE_MS, ...times.filter((atMs) => atMs <= fromMs));
      const written = times.filter((atMs) => atMs > beginMs && atMs <= toMs).length;
      this.#rows.set(id, (written * DAY_MS) / (toMs - beginMs));
    }
  }

  get entities(): number {
    return this.#rows.size;
  }

  /** Entities by their rows, most first. */
  get ranked(): readonly (readonly [id: string, rows: number])[] {
    return [...this.#rows].sort((a, b) => b[1] - a[1]);
  }

  over(limit: number): readonly string[] {
    return this.ranked.filter(([, rows]) => rows > limit).map(([id, rows]) => `${id}: ${rows.toFixed(0)}`);
  }

  get headline(): number {
    return this.#sum((id) => HEADLINE.some((key) => id.endsWith(key)));
  }

  get all(): number {
    return this.#sum(() => true);
  }

  #sum(counts: (id: string) => boolean): number {
    return [...this.#rows].reduce((sum, [id, rows]) => sum + (counts(id) ? rows : 0), 0);
  }
}

/** One Core, one add-on, three CCUs: a healthy one, one whose links come and go, and one that was never there. */
describe(
  "the recorder",
  () => {
    const peers = new AsyncDisposableStack();
    const table = new CheckTable();
    let homeAssistant: HomeAssistant;
    let addOn: AddOn;
    let flapping: SimulatedCcu;
    let rows: readonly RecordedRow[];
    let window: { readonly fromMs: number; readonly toMs: number };

    const entityIdsOf = async (ccu: string): Promise<readonly string[]> =>
      (await entitiesOf(homeAssistant)).map((entity) => entity.entity_id).filter((id) => id.split(".")[1]?.startsWith(`${ccu}_`));
    const statisticsOf = async (kind: "statistics" | "statistics_short_term", ccu: string) => {
      using database = new RecorderDatabase(homeAssistant);
      const ids = await entityIdsOf(ccu);
      return database.statistics(kind).filter(({ entityId }) => ids.includes(entityId));
    };
    const numericOf = async (ccu: string) =>
      (await homeAssistant.states()).filter(
        ({ entity_id, attributes }) => entity_id.startsWith(`sensor.${ccu}_`) && attributes["state_class"] === "measurement",
      );
    const report = (what: string, budget: Budget): void => {
      const [id = "none", most = 0] = budget.ranked[0] ?? [];
      table.add(`${what}: entities`, String(budget.entities));
      table.add(`${what}: most rows a day (${id})`, most.toFixed(0));
      table.add(`${what}: rows a day of the three headline sensors`, budget.headline.toFixed(0));
      table.add(`${what}: rows a day of all entities`, budget.all.toFixed(0));
    };

    beforeAll(async () => {
      homeAssistant = peers.use(await HomeAssistant.start({ probe: true }));
      await homeAssistant.addConfigEntry("homematic_vitals");
      const steady = peers.use(await SimulatedCcu.start({ serial: STEADY, eventsPerSecond: EVENTS_PER_SECOND }));
      flapping = peers.use(await SimulatedCcu.start({ serial: FLAPPING, eventsPerSecond: EVENTS_PER_SECOND }));
      const absent = { name: "Absent", host: "127.0.0.1", interfaces: [{ name: "BidCos-RF", port: await freePort() }] };
      addOn = peers.use(
        await AddOn.start({
          ccus: [steady.options("Steady"), flapping.options("Flapping"), absent],
          home_assistant: { url: homeAssistant.url, token: homeAssistant.token },
        }),
      );
    });

    afterAll(async () => {
      await peers.disposeAsync();
    });

    const flap = async (signal: AbortSignal): Promise<void> => {
      const names = ["BidCos-RF", "HmIP-RF"] as const;
      for (let turn = 0; !signal.aborted; turn += 1) {
        const name = names[turn % names.length] ?? names[0];
        flapping.lose(name);
        await sleep(FLAP_MS, undefined, { signal }).catch(() => {});
        flapping.bringBack(name);
        await sleep(FLAP_MS, undefined, { signal }).catch(() => {});
      }
    };

    test("a quarter of an hour is recorded: a healthy CCU with 5 events a second, one whose links come and go, one that is absent", async () => {
      await eventually({
        what: "the last entity of the CCUs that are there",
        timeoutMs: 3 * MINUTE_MS,
        ask: async () => {
          const ids = new Set((await entitiesOf(homeAssistant)).map((entity) => entity.unique_id));
          return [STEADY, FLAPPING].every((serial) => LATE.every((key) => ids.has(`${serial}_hub_${key}`))) || undefined;
        },
      });
      await enableAllEntities(homeAssistant);
      await eventually({
        what: "a value of every entity",
        timeoutMs: 3 * MINUTE_MS,
        ask: async () => {
          const there = new Set(
            (await homeAssistant.states()).filter(({ state }) => state !== "unavailable").map(({ entity_id }) => entity_id),
          );
          return [...(await entityIdsOf("steady")), ...(await entityIdsOf("flapping"))].every((id) => there.has(id)) || undefined;
        },
      });
      const over = new AbortController();
      const flaps = flap(over.signal);
      await sleep(SETTLE_MS);
      const fromMs = Date.now();
      const died = addOn.process.exited.then(() => Promise.reject(addOn.process.failure("ended by itself")));
      await Promise.race([sleep(MEASURE_MS), died]);
      window = { fromMs, toMs: Date.now() };
      over.abort();
      await flaps;
      await homeAssistant.call("vitals_probe/complete_hour");
      using database = new RecorderDatabase(homeAssistant);
      rows = database.rows();
      expect(rows.length).toBeGreaterThan(0);
    });

    test("a healthy CCU writes at most 300 rows a day an entity, and 600 with its three headline sensors", async () => {
      const budget = new Budget(await entityIdsOf("steady"), rows, window);
      report("healthy CCU", budget);
      expect(budget.over(ROWS_A_DAY)).toEqual([]);
      expect(budget.headline).toBeLessThanOrEqual(HEADLINE_ROWS_A_DAY);
    });

    test("links that come and go every 30 s cost at most ten times as many rows", async () => {
      const ids = await entityIdsOf("flapping");
      const flips = rows.filter(({ entityId, atMs }) => entityId === "binary_sensor.flapping_connected" && atMs > window.fromMs);
      const budget = new Budget(ids, rows, window);
      table.add("flapping CCU: losses and returns in a quarter of an hour", String(flips.length));
      report("flapping CCU", budget);
      expect(flips.length).toBeGreaterThan(10);
      expect(budget.over(ROWS_A_DAY * STRESS_FACTOR)).toEqual([]);
      expect(budget.headline).toBeLessThanOrEqual(HEADLINE_ROWS_A_DAY * STRESS_FACTOR);
    });

    test.each(["statistics_short_term", "statistics"] as const)("%s has the numeric sensors, and no false value", async (kind) => {
      const expected = (await numericOf("steady")).filter(({ state }) => Number.isFinite(Number.parseFloat(state)));
      const found = await statisticsOf(kind, "steady");
      expect(new Set(found.map(({ entityId }) => entityId))).toEqual(new Set(expected.map(({ entity_id }) => entity_id)));
      const flappingFound = await statisticsOf(kind, "flapping");
      for (const { entityId, min, mean, max } of [...found, ...flappingFound]) {
        expect(min, entityId).toBeGreaterThanOrEqual(0);
        expect(mean, entityId).toBeGreaterThan((min ?? Number.NaN) - ROUNDING);
        expect(max, entityId).toBeGreaterThan((mean ?? Number.NaN) - ROUNDING);
        if (entityId.endsWith("latency")) expect(min, entityId).toBeGreaterThan(0);
      }
      for (const { entityId, min } of found) if (/_(system_)?health$/.test(entityId)) expect(min, entityId).toBe(100);
      table.add(`${kind}: rows of ${expected.length} numeric sensors`, String(found.length));
    });

    test("what is not known is in no statistics", async () => {
      const unknown = (await numericOf("absent")).filter(({ state }) => state === "unknown").map(({ entity_id }) => entity_id);
      expect(unknown).toEqual(expect.arrayContaining(["sensor.absent_connection_latency", "sensor.absent_last_event_age"]));
      for (const kind of ["statistics_short_term", "statistics"] as const) {
        const ids = (await statisticsOf(kind, "absent")).map(({ entityId }) => entityId);
        expect(ids.filter((id) => unknown.includes(id))).toEqual([]);
      }
    });

    test("nobody complained", () => {
      expect(homeAssistant.complaints()).toEqual([]);
      expect(addOn.process.output).not.toMatch(/ ERROR |unexpected|unhandled/i);
    });
  },
  30 * MINUTE_MS,
);
