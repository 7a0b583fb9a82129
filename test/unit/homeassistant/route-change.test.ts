import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { RouteName } from "../../../src/homeassistant/route-memory.ts";
import { FakeCompanion } from "../../support/fake-companion.ts";
import { FakeHomeAssistant, SILENCE } from "../../support/fake-home-assistant.ts";
import { FakeMqtt } from "../../support/fake-mqtt.ts";
import type { FakeEntity } from "../../support/fake-registry.ts";
import {
  CCU,
  INTERFACE,
  isPublishing,
  Memory,
  passUntil,
  publishing,
  type Rig,
  type RigOptions,
  recordingLogger,
  startRig,
  VALUES,
} from "./setup.ts";

const PREFIX: Readonly<Record<RouteName, string>> = { companion: "", mqtt: "homematic_vitals_" };
const PLATFORM: Readonly<Record<RouteName, string>> = { companion: "homematic_vitals", mqtt: "mqtt" };
const OPTION = { companion: "integration", mqtt: "mqtt" } as const;
const HEALTH = "NEQ1234567_hub_system-health";
const INTERFACE_HEALTH = "NEQ1234567_HmIP-RF_health";
const RARE = "NEQ1234567_hub_events-per-minute";
const INCIDENT = "NEQ1234567_hub_incident";

describe.each([
  ["companion", "mqtt"],
  ["mqtt", "companion"],
] as const)("the change from %s to %s", (from, to) => {
  let home: FakeHomeAssistant;
  let companion: FakeCompanion;
  let mqtt: FakeMqtt;
  let memory: Memory;

  const start = (route: RouteName, options: Partial<RigOptions> = {}): Rig => {
    const rig = startRig({ home, memory, options: { publish: OPTION[route] }, ...options });
    rig.publisher.describe(CCU, { ...VALUES, events_per_minute: 1 });
    rig.publisher.describe(INTERFACE, { health: 100, connected: true });
    return rig;
  };
  const runOnce = async (route: RouteName): Promise<void> => {
    await using rig = start(route);
    await passUntil(home, rig.clock, () => isPublishing(rig));
  };
  const entity = (route: RouteName, uniqueId: string): FakeEntity | undefined =>
    home.registry.find(PLATFORM[route], PREFIX[route] + uniqueId);
  /** As the user does. */
  const change = (route: RouteName, uniqueId: string, entityId: string, changes: Partial<FakeEntity>): void => {
    const found = entity(route, uniqueId);
    if (found === undefined) throw new Error(`${uniqueId} is missing`);
    home.registry.entities.delete(found.entity_id);
    Object.assign(found, changes, { entity_id: entityId });
    home.registry.entities.set(entityId, found);
  };
  const ids = (route: RouteName): readonly string[] =>
    [...home.registry.entities.values()].filter(({ platform }) => platform === PLATFORM[route]).map((found) => found.entity_id);

  beforeEach(async () => {
    home = await FakeHomeAssistant.start();
    companion = FakeCompanion.load(home);
    mqtt = FakeMqtt.load(home);
    memory = new Memory();
    await runOnce(from);
  });
  afterEach(() => home[Symbol.asyncDispose]());

  it("keeps all entity ids and leaves nothing of the old route", async () => {
    change(from, HEALTH, "sensor.my_ccu", {});
    change(from, INTERFACE_HEALTH, "sensor.my_radio", {});
    change(from, INCIDENT, "event.my_incident", {});
    const before = [...ids(from)].sort();
    await runOnce(to);
    expect([...ids(to)].sort()).toEqual(before);
    expect(ids(from)).toEqual([]);
    expect(memory.route).toEqual({ used: to, entities: {}, devices: {} });
    if (from === "mqtt") expect([...mqtt.retained.values()].join("")).toBe("");
    else expect(companion.shown.size).toBe(0);
  });

  if (from === "mqtt")
    it("leaves nothing on the broker although an earlier removal was interrupted between a device and its values", async () => {
      mqtt.remove("homematic_vitals_NEQ1234567");
      await runOnce(to);
      expect([...mqtt.retained.keys()]).toEqual([]);
    });

  it("gives the new entities what the user had changed", async () => {
    const changes: Partial<FakeEntity> = {
      name: "My health",
      icon: "mdi:heart",
      area_id: "cellar",
      labels: ["b", "a"],
      categories: { home: "x" },
      aliases: [null, "Gesundheit"],
      device_class: "battery",
      options: { sensor: { display_precision: 2 }, "sensor.private": { suggested_unit_of_measurement: "%" } },
      hidden_by: "user",
      disabled_by: "user",
    };
    change(from, HEALTH, "sensor.my_ccu", changes);
    change(from, RARE, "sensor.rare", { disabled_by: null });
    await runOnce(to);
    const { "sensor.private": _, ...options } = changes.options ?? {};
    expect(entity(to, HEALTH)).toMatchObject({ ...changes, labels: ["a", "b"], options, entity_id: "sensor.my_ccu" });
    expect(entity(to, RARE)).toMatchObject({ entity_id: "sensor.rare", disabled_by: null });
    const [, device] = [...home.registry.devices.values()].filter(({ identifiers }) => identifiers[0]?.[0] === PLATFORM[to]);
    expect(device).toMatchObject({ name_by_user: null });
  });

  it("gives the new devices name, area and labels that the user had given", async () => {
    const device = [...home.registry.devices.values()].find(({ identifiers }) => identifiers[0]?.[1].endsWith("NEQ1234567"));
    Object.assign(device ?? {}, { name_by_user: "Basement", area_id: "cellar", labels: ["x"] });
    await runOnce(to);
    const [renamed, ...others] = [...home.registry.devices.values()].filter(({ name_by_user: name }) => name !== null);
    expect(renamed).toMatchObject({
      name_by_user: "Basement",
      area_id: "cellar",
      labels: ["x"],
      identifiers: [[PLATFORM[to], expect.anything()]],
    });
    expect(others).toEqual([]);
  });

  it("takes back what the user had changed on the new route long ago", async () => {
    await runOnce(to);
    change(to, HEALTH, "sensor.late", { name: "Late" });
    await runOnce(from);
    expect(entity(from, HEALTH)).toMatchObject({ entity_id: "sensor.late", name: "Late" });
    change(from, HEALTH, "sensor.early", { name: null });
    await runOnce(to);
    expect(entity(to, HEALTH)).toMatchObject({ entity_id: "sensor.early", name: null });
  });

  it.each(["before anything is removed", "after the old entities are gone", "before the settings are back"])(
    "is finished by the next start when it was interrupted %s",
    async (moment) => {
      change(from, HEALTH, "sensor.my_ccu", { name: "My health" });
      const type = {
        "before anything is removed": from === "mqtt" ? "call_service" : "homematic_vitals/connect",
        "after the old entities are gone": to === "mqtt" ? "mqtt/subscribe" : "homematic_vitals/connect",
        "before the settings are back": "config/entity_registry/update",
      }[moment];
      const answer = home.commands.get(type ?? "") ?? (() => null);
      home.commands.set(type ?? "", () => SILENCE);
      await (async () => {
        const rig = start(to);
        await home.command(type ?? "", home.count(type ?? "") + 1);
        await rig.link[Symbol.asyncDispose]();
        await rig.publisher[Symbol.asyncDispose]();
      })();
      home.commands.set(type ?? "", answer);
      await runOnce(to);
      expect(entity(to, HEALTH)).toMatchObject({ entity_id: "sensor.my_ccu", name: "My health" });
      expect(ids(from)).toEqual([]);
      expect(memory.route).toEqual({ used: to, entities: {}, devices: {} });
    },
  );

  it("removes the old entities one by one when their route is not there any more", async () => {
    if (from === "companion") companion.entryState = "not_loaded";
    else home.entries.delete("mqtt");
    change(from, HEALTH, "sensor.my_ccu", {});
    await using rig = start(to);
    await passUntil(home, rig.clock, () => isPublishing(rig));
    expect(entity(to, HEALTH)?.entity_id).toBe("sensor.my_ccu");
    expect(ids(from)).toEqual([]);
  });

  it("says so when an old entity id was taken in the meantime, and restores the rest", async () => {
    change(from, HEALTH, "sensor.my_ccu", { name: "My health" });
    const list = home.commands.get("config/entity_registry/list") ?? (() => null);
    home.commands.set("config/entity_registry/list", (command, peer) => {
      if (!home.registry.entities.has("sensor.my_ccu")) {
        home.registry.add({ entity_id: "sensor.my_ccu", unique_id: "somebody else's", platform: "other" });
      }
      return list(command, peer);
    });
    const { logger, lines } = recordingLogger();
    await using rig = start(to, { logger });
    await passUntil(home, rig.clock, () => isPublishing(rig));
    expect(entity(to, HEALTH)).toMatchObject({ entity_id: "sensor.my_ccu_2", name: "My health" });
    expect(lines.filter((line) => line.startsWith("warn") && line.includes("sensor.my_ccu_2"))).toHaveLength(1);
  });
});

describe("without a change of the route", () => {
  it("leaves the companion's own entity alone while MQTT is used", async () => {
    await using home = await FakeHomeAssistant.start();
    const companion = FakeCompanion.load(home);
    companion.entryState = "not_loaded";
    FakeMqtt.load(home);
    const memory = new Memory();
    for (const run of ["the change itself removes it", "made again by a restart of Home Assistant"]) {
      await using rig = startRig({ home, memory });
      rig.publisher.describe(CCU, VALUES);
      await publishing(rig);
      expect(home.count("config/entity_registry/remove"), run).toBe(1);
      home.registry.add({ entity_id: "binary_sensor.connection", unique_id: "add-on-connection", platform: "homematic_vitals" });
    }
  });
});
