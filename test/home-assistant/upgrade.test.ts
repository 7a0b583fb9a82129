import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { AddOn } from "../peers/add-on.ts";
import { AddOnClient } from "../peers/add-on-client.ts";
import { NEWEST_CORE, OLDEST_CORE } from "../peers/cores.ts";
import { eventually } from "../peers/eventually.ts";
import { HomeAssistant } from "../peers/home-assistant.ts";
import { installCompanion, installOldCompanion } from "../peers/home-assistant-config.ts";
import { entitiesOf, repairsOf } from "../peers/registry.ts";
import { SimulatedCcu } from "../peers/simulated-ccu.ts";
import { CheckTable } from "./check-table.ts";

const RESTART_EXIT_CODE = 100;
const HEALTH = "sensor.house_system_health";
const OLD_IDS = ["SIMHOUSE01_hub_connection-latency", "SIMHOUSE01_hub_last-event-age", "SIMHOUSE01_hub_system-health"];

const Step = z.looseObject({ flow_id: z.string(), type: z.string() });

/** One side is updated before the other; the checks build on each other. */
describe.each([OLDEST_CORE, NEWEST_CORE])("updates of one side, on Core $version", (core) => {
  const peers = new AsyncDisposableStack();
  const table = new CheckTable(core);
  let homeAssistant: HomeAssistant;
  let addOn: AddOn;

  const healthIs = (value: number) => homeAssistant.waitForState(HEALTH, ({ state }) => Number.parseFloat(state) === value, 30_000);
  const ids = async () => new Map((await entitiesOf(homeAssistant)).map((entity) => [entity.unique_id, entity.entity_id]));
  const repairs = (expected: readonly string[]) =>
    eventually({
      what: `the repairs [${expected}]`,
      timeoutMs: 10_000,
      ask: async () => {
        expect(await repairsOf(homeAssistant)).toEqual(expected);
        return true;
      },
    });
  const setVersionOnDisk = async (version: string): Promise<void> => {
    const file = join(homeAssistant.configDirectory, "custom_components", "homematic_vitals", "manifest.json");
    const manifest = z.looseObject({}).parse(JSON.parse(await readFile(file, "utf8")));
    await writeFile(file, JSON.stringify({ ...manifest, version }));
  };

  beforeAll(async () => {
    homeAssistant = peers.use(await HomeAssistant.prepare({ core, companion: false }));
    await installOldCompanion(homeAssistant.configDirectory);
    await homeAssistant.start();
    await homeAssistant.addConfigEntry("homematic_vitals");
    const ccu = peers.use(await SimulatedCcu.start({ serial: "SIMHOUSE01" }));
    addOn = peers.use(
      await AddOn.start({
        ccus: [ccu.options("House")],
        home_assistant: { url: homeAssistant.url, token: homeAssistant.token },
      }),
    );
  });

  afterAll(async () => {
    await peers.disposeAsync();
  });

  test("a new add-on keeps an old companion's three sensors alive", async () => {
    await table.time("new add-on, old companion -> System health 100", () => healthIs(100));
    expect([...(await ids()).keys()]).toEqual(OLD_IDS);
    expect((await addOn.snapshot()).homeAssistant.state).toBe("publishing");
  });

  test("after the update of the companion all entities are there, and the three are the same", async () => {
    const before = await ids();
    await installCompanion(homeAssistant.configDirectory);
    await homeAssistant.restart();
    await table.time("companion updated -> System health 100", () => healthIs(100));
    const after = await ids();
    expect(after.size).toBeGreaterThan(before.size);
    for (const [uniqueId, entityId] of before) expect(after.get(uniqueId)).toBe(entityId);
  });

  test("an old add-on gets its three sensors from a new companion, and the new one takes over", async () => {
    const before = await ids();
    await addOn.stop();
    {
      using old = await AddOnClient.open(homeAssistant, { protocol: 1, instanceId: "old-add-on" });
      expect(await old.hello()).toMatchObject({ protocol: { min: 1 }, entry_state: "loaded" });
      await old.connect();
      const metrics = { system_health: 42, connection_latency: 8, last_event_age: 3 };
      await old.sync([{ id: "SIMHOUSE01", name: "House", metrics }]);
      await table.time("old add-on, new companion -> System health 42", () => healthIs(42));
      await old.update({ SIMHOUSE01: { system_health: 43 } });
      await healthIs(43);
      expect([...(await ids()).keys()]).toEqual(expect.arrayContaining(OLD_IDS));
      await old.goodbye("update");
    }
    await addOn.start();
    await table.time("add-on updated -> System health 100", () => healthIs(100));
    expect(await ids()).toEqual(before);
  });

  test("two sides without a common protocol: both are told which one to update, until it is", async () => {
    using future = await AddOnClient.open(homeAssistant, { protocol: 99, instanceId: "future" });
    await future.hello(99, 99);
    await repairs(["protocol_mismatch"]);
    await expect(future.connect()).rejects.toMatchObject({ code: "protocol_mismatch" });
    await future.hello(1, 99);
    await repairs([]);
    table.add("protocol 99 against ours", "refused, repair appears and goes");
  });

  test("a companion that waits for a restart says so, and restarts Home Assistant on the user's click alone", async () => {
    using client = await AddOnClient.open(homeAssistant);
    await setVersionOnDisk("99.0.0");
    await client.hello();
    await repairs(["restart_required"]);
    await setVersionOnDisk("0.1.0");
    await client.hello();
    await repairs([]);
    await setVersionOnDisk("99.0.0");
    await client.hello();
    await repairs(["restart_required"]);
    expect(homeAssistant.process.running).toBe(true);

    const flow = "/api/repairs/issues/fix";
    const step = Step.parse(await homeAssistant.api.rest("POST", flow, { handler: "homematic_vitals", issue_id: "restart_required" }));
    expect(step.type).toBe("form");
    expect(homeAssistant.process.running).toBe(true);
    const clicked = homeAssistant.api.rest("POST", `${flow}/${step.flow_id}`, {});
    const { code } = await homeAssistant.process.exited;
    await clicked.catch(() => {});
    expect(code).toBe(RESTART_EXIT_CODE);
    await setVersionOnDisk("0.1.0");
    await homeAssistant.start();
    await table.time("restarted by the repair -> System health 100", () => healthIs(100));
    await repairs([]);
  });

  test("nobody complained", () => {
    expect(homeAssistant.complaints()).toEqual([]);
    expect(addOn.process.output).not.toMatch(/ ERROR |unexpected|unhandled/i);
  });
});
