import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { AddOn } from "../peers/add-on.ts";
import { NEWEST_CORE, OLDEST_CORE } from "../peers/cores.ts";
import { eventually } from "../peers/eventually.ts";
import { repairsOf } from "../peers/registry.ts";
import { CheckTable } from "./check-table.ts";
import { Household } from "./household.ts";

const SWITCH_TYPE = "HM-LC-Sw1-Pl";
const AGE = "sensor.ccu_last_event_age";
const STALL_MS = 60_000;
const EVENTS_IN_STALL = 2_000;
const MEMORY_GROWTH_LIMIT_MB = 16;

/** Most of the time is waiting, so both Cores go through each case side by side; the cases build on each other. */
describe("sessions of the add-on", { timeout: 600_000 }, () => {
  const peers = new AsyncDisposableStack();
  const tables = [OLDEST_CORE, NEWEST_CORE].map((core) => new CheckTable(core));
  let households: readonly (readonly [Household, CheckTable])[] = [];

  const onBoth = (name: string, check: (household: Household, table: CheckTable) => Promise<void>): void =>
    test(name, async () => {
      const results = await Promise.allSettled(households.map((each) => check(...each)));
      const failures = results.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
      if (failures.length > 0) throw failures.length === 1 ? failures[0] : new AggregateError(failures, failures.map(String).join("\n"));
    });
  const repair = (household: Household, key: string, there: boolean, timeoutMs: number) =>
    eventually({
      what: `${there ? "appearance" : "end"} of the repair ${key}`,
      timeoutMs,
      ask: async () => (await repairsOf(household.homeAssistant)).includes(key) === there || undefined,
    });

  beforeAll(async () => {
    households = await Promise.all(tables.map(async (table) => [peers.use(await Household.start(table.core)), table] as const));
  });

  afterAll(async () => {
    await peers.disposeAsync();
  });

  onBoth("a lost update is noticed by its number, and a sync brings what it carried", async ({ homeAssistant, ccu, proxy }, table) => {
    const swallowed = proxy.swallowUpdateOf("last_event_age");
    await ccu.report(`${ccu.addresses[SWITCH_TYPE]}:1`, "STATE", true);
    await swallowed;
    await table.time("update lost -> sync (with the next update or heartbeat)", async () => {
      await homeAssistant.waitForState(AGE, ({ state }) => Number.parseFloat(state) >= 0, 40_000);
    });
    expect(proxy.gaps).toBe(1);
  });

  onBoth("an add-on that is killed and started again takes its session over before anything is unavailable", async (household, table) => {
    const before = await household.entities();
    using health = household.watchHealth();
    await household.addOn.kill();
    const syncs = household.proxy.syncs;
    await table.time("killed and started -> synced", async () => {
      await household.addOn.start();
      await eventually({ what: "a sync", timeoutMs: 15_000, ask: () => household.proxy.syncs > syncs || undefined });
      await household.healthIs(100);
    });
    expect(health.states).not.toContain("unavailable");
    expect(await household.entities()).toEqual(before);
    expect(await repairsOf(household.homeAssistant)).toEqual([]);
  });

  onBoth(
    "an add-on that hangs is given up after three heartbeats and the grace time, and returns without duplicates",
    async (household, table) => {
      const before = await household.entities();
      const startedMs = performance.now();
      household.addOn.suspend();
      await table.time("hangs -> unavailable (heartbeat 30 s, grace 60 s)", () => household.unavailable(170_000));
      // The last heartbeat is up to 30 s old when it begins to hang.
      expect(performance.now() - startedMs).toBeGreaterThan(115_000);
      household.addOn.resume();
      await table.time("goes on -> System health 100", () => household.healthIs(100));
      expect(await household.entities()).toEqual(before);
    },
  );

  onBoth(
    "a Home Assistant that stalls for a minute then gets the latest value, and costs the add-on no memory",
    async (household, table) => {
      const { addOn, ccu, homeAssistant } = household;
      const channel = `${ccu.addresses[SWITCH_TYPE]}:1`;
      const inAddOn = (health: number) =>
        eventually({
          what: `System health ${health} in the add-on`,
          timeoutMs: 40_000,
          ask: async () => (await addOn.snapshot()).ccus[0]?.sensors.systemHealth.value === health || undefined,
        });
      const flood = async (): Promise<void> => {
        for (let count = 0; count < EVENTS_IN_STALL; count += 1) await ccu.report(channel, "STATE", count % 2 === 0);
      };
      // What so many events cost while Home Assistant takes their values.
      await flood();
      const beforeMb = await addOn.memoryMb();
      const resumeAtMs = performance.now() + STALL_MS;
      homeAssistant.suspend();
      try {
        await flood();
        await ccu.stop();
        await inAddOn(0);
        await ccu.start();
        await inAddOn(100);
        await ccu.stop();
        await inAddOn(0);
        await eventually({ what: "a minute", timeoutMs: STALL_MS, ask: () => performance.now() > resumeAtMs || undefined });
        const growthMb = (await addOn.memoryMb()) - beforeMb;
        using health = household.watchHealth();
        homeAssistant.resume();
        await table.time("stall of a minute over -> System health 0", () => household.healthIs(0));
        table.add(`memory of the add-on after ${EVENTS_IN_STALL} events in the stall`, `${growthMb.toFixed(1)} MB more`);
        expect(health.states.map(Number.parseFloat)).toEqual([0]);
        expect(growthMb).toBeLessThan(MEMORY_GROWTH_LIMIT_MB);
      } finally {
        homeAssistant.resume();
        await ccu.restart();
      }
      await household.healthIs(100);
    },
  );

  onBoth(
    "a second add-on with its own identity is refused, which a repair tells, until the first one is gone",
    async (household, table) => {
      const { addOn, homeAssistant } = household;
      const before = await household.entities();
      await using second = await AddOn.start(household.options);
      await table.time("second add-on -> repair", () => repair(household, "second_instance", true, 20_000));
      const { homeAssistant: side } = await eventually({
        what: "the second add-on's word on the first",
        timeoutMs: 20_000,
        ask: async () => {
          const snapshot = await second.snapshot();
          return snapshot.homeAssistant.state === "waiting" ? snapshot : undefined;
        },
      });
      expect(side.message?.en).toContain("Another instance");
      using health = household.watchHealth();
      await addOn.stop();
      await table.time("first add-on stopped -> repair gone", () => repair(household, "second_instance", false, 20_000));
      await table.time("first add-on stopped -> values of the second", () => household.healthIs(100, 75_000));
      expect(await household.entities()).toEqual(before);
      await second.stop();
      await addOn.start();
      await household.healthIs(100);
      expect(health.states.map((state) => Number.parseFloat(state))).toEqual([Number.NaN, 100, Number.NaN, 100]);
      expect(await repairsOf(homeAssistant)).toEqual([]);
    },
  );

  onBoth("two add-ons with one identity take the session from each other, which a repair tells", async (household, table) => {
    const before = await household.entities();
    const data = await mkdtemp(join(tmpdir(), "add-on-twin-"));
    try {
      await cp(household.addOn.data, data, { recursive: true });
      await using twin = await AddOn.start(household.options, { data });
      await table.time("twin -> repair (third take-over)", () => repair(household, "same_identity", true, 300_000));
      await twin.stop();
    } finally {
      await rm(data, { recursive: true, force: true });
    }
    await household.healthIs(100, 75_000);
    expect(await household.entities()).toEqual(before);
  });

  onBoth("a Core that is killed has its entities at once, and their values soon", async (household, table) => {
    const { homeAssistant } = household;
    // A first, orderly restart: only then has Core stored its users.
    await homeAssistant.restart();
    await household.healthIs(100);
    const before = await household.entities();
    await homeAssistant.kill();
    await homeAssistant.start();
    expect(await household.entities()).toEqual(before);
    await table.time("killed Core is running again -> System health 100", () => household.healthIs(100));
  });

  onBoth("nobody complained", async ({ homeAssistant, addOn }) => {
    expect(homeAssistant.complaints()).toEqual([]);
    expect(addOn.process.output).not.toMatch(/ ERROR |unexpected|unhandled/i);
  });
});
