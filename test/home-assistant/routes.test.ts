import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { NEWEST_CORE, OLDEST_CORE } from "../peers/cores.ts";
import { eventually } from "../peers/eventually.ts";
import { HomeAssistant } from "../peers/home-assistant.ts";
import { Mosquitto } from "../peers/mosquitto.ts";
import { RecorderDatabase } from "../peers/recorder-database.ts";
import { CheckTable } from "./check-table.ts";
import { HandMadeHub, Memory } from "./hand-made-hub.ts";

const COMPANION = "homematic_vitals";
const HEALTH = "sensor.my_ccu";
const PROBLEM = "binary_sensor.cellar_problem";
const INTERFACE_HEALTH = "sensor.cellar_hmip_rf_health";
const RARE = "sensor.cellar_events_per_minute";
const INCIDENT = "event.cellar_incident";
const AUTOMATION = "automation.ccu_in_trouble";

const ALARM = {
  id: "ccu_alarm",
  alias: "CCU in trouble",
  mode: "parallel",
  triggers: [{ trigger: "numeric_state", entity_id: HEALTH, below: 90 }],
  actions: [
    { action: "persistent_notification.create", data: { notification_id: "alarm", message: "Health {{ trigger.to_state.state }}" } },
  ],
};

const LOOKS = ["friendly_name", "device_class", "unit_of_measurement", "state_class", "options", "event_types"];

const Entity = z.object({
  entity_id: z.string(),
  unique_id: z.string(),
  platform: z.string(),
  name: z.string().nullable(),
  icon: z.string().nullable(),
  area_id: z.string().nullable(),
  labels: z.array(z.string()),
  hidden_by: z.string().nullable(),
  disabled_by: z.string().nullable(),
  original_name: z.string(),
  entity_category: z.string().nullable(),
});

/** Between the companion and MQTT and back, with the real recorder; the checks build on each other. */
describe.each([OLDEST_CORE, NEWEST_CORE])("a change of the route on Core $version", (core) => {
  const peers = new AsyncDisposableStack();
  const table = new CheckTable(core);
  const memory = new Memory();
  let homeAssistant: HomeAssistant;
  let broker: Mosquitto;
  let hub: HandMadeHub;

  const registered = async (platform: string) => {
    const all = z.array(Entity).parse(await homeAssistant.call("config/entity_registry/list"));
    const ours = all.filter(
      (entity) => entity.platform === platform && (platform === COMPANION || entity.unique_id.startsWith("homematic_vitals_")),
    );
    return new Map(ours.map((entity) => [entity.entity_id, entity]));
  };
  /** What does not depend on the route: of the registry, and of the state where there is one. */
  const looks = async (platform: string) => {
    const states = new Map((await homeAssistant.states()).map((state) => [state.entity_id, state.attributes]));
    const entities = [...(await registered(platform)).values()].map((entity) => {
      const shown = states.get(entity.entity_id) ?? {};
      const attributes = Object.fromEntries(LOOKS.map((name) => [name, shown[name]]));
      return [entity.entity_id, { name: entity.original_name, category: entity.entity_category, ...attributes }] as const;
    });
    return Object.fromEntries(entities.sort(([a], [b]) => a.localeCompare(b)));
  };
  const healthIs = (value: number, timeoutMs = 30_000) =>
    homeAssistant.waitForState(HEALTH, ({ state }) => Number.parseFloat(state) === value, timeoutMs);
  const startBy = async (publish: "integration" | "mqtt"): Promise<void> => {
    hub = HandMadeHub.start({ homeAssistant, publish, memory });
    await hub.publishing();
  };
  const changeTo = async (publish: "integration" | "mqtt"): Promise<void> => {
    await hub[Symbol.asyncDispose]();
    await startBy(publish);
  };
  /** The states of an entity as the recorder has them, without what it notes when an entity goes. */
  const recorded = (entityId: string): readonly string[] => {
    using database = new RecorderDatabase(homeAssistant);
    return database.rows().flatMap((row) => (row.entityId === entityId && row.state !== null ? [row.state] : []));
  };
  /** The changes of its value; an entity that was unavailable for a while has the same value twice. */
  const numbersOf = (entityId: string): readonly number[] =>
    recorded(entityId)
      .map(Number)
      .filter((value) => !Number.isNaN(value))
      .filter((value, index, values) => value !== values[index - 1]);
  const recordedIs = (entityId: string, values: readonly number[]) =>
    eventually({
      what: `${values} in the recorder`,
      timeoutMs: 15_000,
      ask: () => (JSON.stringify(numbersOf(entityId)) === JSON.stringify(values) ? true : undefined),
    });
  const lastTriggered = async () => String((await homeAssistant.state(AUTOMATION))?.attributes["last_triggered"]);
  const expectAlarm = async (before: string): Promise<void> => {
    await homeAssistant.waitForState(AUTOMATION, ({ attributes }) => String(attributes["last_triggered"]) !== before, 10_000);
  };
  /** Long-term statistics of an entity that has been there for long. */
  const importStatistics = (entityId: string, unit: string, unitClass: string | null) =>
    homeAssistant.call("recorder/import_statistics", {
      metadata: {
        statistic_id: entityId,
        source: "recorder",
        name: null,
        has_sum: false,
        mean_type: 1,
        unit_of_measurement: unit,
        unit_class: unitClass,
      },
      stats: [{ start: "2026-11-08T06:00:00+00:00", mean: 90, min: 80, max: 100 }],
    });
  /** Home Assistant's own verdict on whether statistics go on, and those that it has. */
  const expectStatistics = async (): Promise<void> => {
    const ids = [HEALTH, RARE];
    const issues = z.record(z.string(), z.unknown()).parse(await homeAssistant.call("recorder/validate_statistics"));
    expect(Object.fromEntries(ids.map((id) => [id, issues[id]]))).toEqual({ [HEALTH]: undefined, [RARE]: undefined });
    const period = { start_time: "2026-11-08T00:00:00+00:00", end_time: "2026-11-09T00:00:00+00:00", period: "hour" };
    const statistics = await homeAssistant.call("recorder/statistics_during_period", { ...period, statistic_ids: ids });
    expect(statistics).toMatchObject({ [HEALTH]: [{ mean: 90 }], [RARE]: [{ mean: 90 }] });
  };

  beforeAll(async () => {
    homeAssistant = peers.use(await HomeAssistant.start({ core, automations: [ALARM] }));
    broker = peers.use(await Mosquitto.start());
    await homeAssistant.addConfigEntry(COMPANION);
    await startBy("integration");
    peers.defer(() => hub[Symbol.asyncDispose]());
  });

  afterAll(async () => {
    await peers.disposeAsync();
  });

  test("a user renames, hides, labels, disables and enables entities of the companion", async () => {
    await homeAssistant.waitForState("sensor.cellar_system_health", ({ state }) => Number.parseFloat(state) === 100, 15_000);
    await homeAssistant.call("config/label_registry/create", { name: "Important" });
    await homeAssistant.call("config/area_registry/create", { name: "Basement" });
    await homeAssistant.call("config/entity_registry/update", {
      entity_id: "sensor.cellar_system_health",
      new_entity_id: HEALTH,
      name: "My CCU",
      icon: "mdi:heart",
      area_id: "basement",
      labels: ["important"],
    });
    await homeAssistant.call("config/entity_registry/update", { entity_id: "sensor.cellar_status", hidden_by: "user" });
    await homeAssistant.call("config/entity_registry/update", { entity_id: "sensor.cellar_last_event", disabled_by: "user" });
    await homeAssistant.call("config/entity_registry/update", { entity_id: RARE, disabled_by: null });
    // Home Assistant loads the integration anew for it.
    await homeAssistant.waitForState(RARE, "42.5", 60_000);
    hub.publisher.publish("NEQ1234567", { system_health: 95 });
    await healthIs(95);
    await recordedIs(HEALTH, [100, 95]);
    await importStatistics(HEALTH, "%", "unitless");
    await importStatistics(RARE, "events/min", null);
    await eventually({ what: "the statistics", timeoutMs: 15_000, ask: () => expectStatistics().then(() => true) });
  });

  test("to MQTT: the same entities with the same ids and settings, nothing of the companion's is left", async () => {
    await broker.addTo(homeAssistant);
    const before = await registered(COMPANION);
    const looked = await looks(COMPANION);
    await table.time("companion -> MQTT: all entities with values", async () => {
      await changeTo("mqtt");
      await healthIs(100);
    });
    const after = await registered("mqtt");
    expect([...after.keys()].sort()).toEqual([...before.keys()].sort());
    expect(await looks("mqtt")).toEqual(looked);
    expect(await registered(COMPANION)).toEqual(new Map());
    expect(after.get(HEALTH)).toMatchObject({ name: "My CCU", icon: "mdi:heart", area_id: "basement", labels: ["important"] });
    expect(after.get("sensor.cellar_status")).toMatchObject({ hidden_by: "user" });
    expect(after.get("sensor.cellar_last_event")).toMatchObject({ disabled_by: "user" });
    expect(after.get(RARE)).toMatchObject({ disabled_by: null });
    const disabled = (entities: typeof before) => [...entities.values()].filter((entity) => entity.disabled_by !== null).length;
    expect(disabled(after)).toBe(disabled(before));
    table.add("entities that kept their ids", String(after.size));
    expect(memory.route).toMatchObject({ used: "mqtt", entities: {} });
  });

  test("the history goes on under the same entity id, and the automation still fires", async () => {
    const before = await lastTriggered();
    hub.publisher.publish("NEQ1234567", { system_health: 40 });
    await table.time("automation fires after the change to MQTT", () => expectAlarm(before));
    hub.publisher.publish("NEQ1234567", { system_health: 100 });
    await healthIs(100);
    await recordedIs(HEALTH, [100, 95, 100, 40, 100]);
    table.add("rows of one entity before and after", "under one id");
  });

  test("events arrive at the same event entity", async () => {
    hub.tell();
    await homeAssistant.waitForState(INCIDENT, ({ attributes }) => attributes["event_type"] === "interface_lost");
  });

  test("the statistics go on", async () => {
    await expectStatistics();
    table.add("statistics after the change to MQTT", "go on, says Home Assistant");
  });

  test("an interrupted change back is finished by the next start", async () => {
    await homeAssistant.call("config/entity_registry/update", { entity_id: HEALTH, name: "Our CCU" });
    await hub[Symbol.asyncDispose]();
    hub = HandMadeHub.start({ homeAssistant, publish: "integration", memory });
    // The first thing that goes is the end of this program.
    await eventually({
      what: "the beginning of the removal",
      timeoutMs: 15_000,
      ask: () => (Object.keys(memory.route.entities).length > 0 ? true : undefined),
    });
    await hub.crash();
    await table.time("interrupted MQTT -> companion: finished by the next start", async () => {
      await startBy("integration");
      await healthIs(100);
    });
    // The companion makes its entities one after the other, and the settings follow the last one.
    const after = await eventually({
      what: "all entities of the companion with their settings",
      timeoutMs: 15_000,
      ask: async () => {
        const made = await registered(COMPANION);
        return made.size === 14 + 1 + 11 + 1 && made.get(HEALTH)?.name !== null ? made : undefined;
      },
    });
    expect(after.get(HEALTH)).toMatchObject({ name: "Our CCU", icon: "mdi:heart", area_id: "basement", labels: ["important"] });
    expect(await registered("mqtt")).toEqual(new Map());
    expect([...(await broker.retained()).keys()].filter((topic) => topic.includes("homematic_vitals"))).toEqual([]);
  });

  test("the history, the automation, statistics and the other entities go on with the companion", async () => {
    await homeAssistant.waitForState(INTERFACE_HEALTH, ({ state }) => Number.parseFloat(state) === 100);
    await homeAssistant.waitForState(PROBLEM, "off");
    const before = await lastTriggered();
    hub.publisher.publish("NEQ1234567", { system_health: 30 });
    await expectAlarm(before);
    await recordedIs(HEALTH, [100, 95, 100, 40, 100, 30]);
    await expectStatistics();
  });

  test("nobody complained about the changes", () => {
    const complaints = homeAssistant
      .logText()
      .split("\n")
      .filter(
        (line) =>
          /\b(WARNING|ERROR|CRITICAL)\b/.test(line) && /homematic_vitals|components\.(mqtt|recorder|sensor)\b|entity_registry/.test(line),
      )
      .filter((line) => !line.includes("We found a custom integration"))
      // The oldest Core says so of the empty message with which it removes a disabled entity itself.
      .filter((line) => core === NEWEST_CORE || !line.includes("No device components to cleanup"));
    expect(complaints).toEqual([]);
  });
});
