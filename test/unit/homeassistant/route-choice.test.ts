import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { NO_ROUTE, type RouteName } from "../../../src/homeassistant/route-memory.ts";
import { FakeCompanion } from "../../support/fake-companion.ts";
import { FakeHomeAssistant } from "../../support/fake-home-assistant.ts";
import { FakeMqtt } from "../../support/fake-mqtt.ts";
import { CCU, Memory, pass, publishing, type Rig, type RigOptions, settle, startRig, VALUES, waiting } from "./setup.ts";

const memoryOf = (used: RouteName | null): Memory => new Memory({ ...NO_ROUTE, used });

describe("the choice of the route", () => {
  let home: FakeHomeAssistant;

  const start = (options: Partial<RigOptions> = {}): Rig => {
    const rig = startRig({ home, ...options });
    rig.publisher.describe(CCU, VALUES);
    return rig;
  };

  beforeEach(async () => {
    home = await FakeHomeAssistant.start();
  });
  afterEach(() => home[Symbol.asyncDispose]());

  it.each([
    ["auto", null, "companion"],
    ["auto", "companion", "companion"],
    ["auto", "mqtt", "mqtt"],
    ["integration", "mqtt", "companion"],
    ["integration", null, "companion"],
    ["mqtt", "companion", "mqtt"],
    ["mqtt", null, "mqtt"],
  ] as const)("publish: %s, used before: %s, both there: %s", async (publish, used, expected) => {
    const companion = FakeCompanion.load(home);
    const mqtt = FakeMqtt.load(home);
    const memory = memoryOf(used);
    await using rig = start({ options: { publish }, memory });
    await publishing(rig);
    expect(rig.publisher.status().route).toBe(expected);
    expect(memory.route.used).toBe(expected);
    expect([companion.shown.size, mqtt.retained.size > 0]).toEqual(expected === "companion" ? [1, false] : [0, true]);
  });

  it.each(["not_configured", "not_loaded"] as const)("takes MQTT at the first start when the companion is %s", async (entryState) => {
    FakeCompanion.load(home).entryState = entryState;
    FakeMqtt.load(home);
    await using rig = start();
    await publishing(rig);
    expect(rig.publisher.status().route).toBe("mqtt");
  });

  it("does not take MQTT before Home Assistant has started: the companion may come yet", async () => {
    home.state = "STARTING";
    FakeMqtt.load(home);
    await using rig = start();
    await waiting(rig);
    expect(rig.publisher.status()).toMatchObject({ route: null, message: { en: expect.stringContaining("still starting") } });
    FakeCompanion.load(home).announce();
    await pass(home, rig.clock, 1_000);
    await publishing(rig);
    expect(rig.publisher.status().route).toBe("companion");
  });

  it("does not take MQTT because the companion is too old, which the user can end", async () => {
    FakeCompanion.load(home).protocol = { min: 0, max: 0 };
    FakeMqtt.load(home);
    await using rig = start();
    await waiting(rig);
    expect(rig.publisher.status()).toMatchObject({ route: null, message: { en: expect.stringContaining("Update the integration") } });
  });

  it("guides to the companion and mentions MQTT when there is neither, and takes what appears first", async () => {
    await using rig = start();
    await waiting(rig);
    expect(rig.publisher.status().message?.en).toMatch(/"Homematic Vitals" is not installed .* Or set up MQTT/);
    FakeMqtt.load(home);
    home.fire("component_loaded", { component: "mqtt" });
    await pass(home, rig.clock, 1_000);
    await publishing(rig);
    expect(rig.publisher.status().route).toBe("mqtt");
  });

  it("says both when the companion is missing and MQTT has no broker", async () => {
    home.entries.set("mqtt", [{ entry_id: "mqtt", state: "setup_retry", disabled_by: null }]);
    await using rig = start();
    await waiting(rig);
    expect(rig.publisher.status().message?.en).toMatch(/is not installed .*MQTT integration of Home Assistant does not run/);
  });

  it("stays with the companion that was used before when that is missing", async () => {
    FakeMqtt.load(home);
    await using rig = start({ memory: memoryOf("companion") });
    await waiting(rig);
    await settle(home);
    expect(rig.publisher.status()).toMatchObject({ route: "companion", message: { en: expect.stringContaining("is not installed") } });
  });

  it("removes nothing of the old route before the new one is there", async () => {
    const mqtt = FakeMqtt.load(home);
    const memory = memoryOf(null);
    await (async () => {
      await using rig = start({ memory });
      await publishing(rig);
    })();
    const retained = mqtt.retained.size;
    await using rig = start({ memory, options: { publish: "integration" } });
    await waiting(rig);
    expect(mqtt.retained.size).toBe(retained);
    expect(home.registry.find("mqtt", `homematic_vitals_${CCU.id}_hub_system-health`)).toBeDefined();
    expect(memory.route.used).toBe("mqtt");
  });
});
