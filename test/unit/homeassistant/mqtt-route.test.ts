import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CCU_METRICS, HUB_EVENT_TYPES } from "../../../src/hub/hub-sensor-sink.ts";
import { FakeHomeAssistant } from "../../support/fake-home-assistant.ts";
import { FakeMqtt } from "../../support/fake-mqtt.ts";
import {
  CCU,
  event,
  INTERFACE,
  isPublishing,
  Memory,
  PROBLEM,
  pass,
  passUntil,
  publishing,
  type Rig,
  type RigOptions,
  recordingLogger,
  settle,
  startRig,
  until,
  VALUES,
  waiting,
} from "./setup.ts";

const CONFIG = "homeassistant/device/homematic_vitals_NEQ1234567/config";
const STATE = "homematic_vitals/homematic_vitals_NEQ1234567/state";
const EVENT = "homematic_vitals/homematic_vitals_NEQ1234567/event";
const INTERFACE_CONFIG = "homeassistant/device/homematic_vitals_NEQ1234567_2FHmIP-RF/config";
const INTERFACE_STATE = "homematic_vitals/homematic_vitals_NEQ1234567_2FHmIP-RF/state";
const SERVICE_CONFIG = "homeassistant/device/homematic_vitals__3Aapp/config";
const STATUS = "homematic_vitals/status";

describe("MqttRoute", () => {
  let home: FakeHomeAssistant;
  let mqtt: FakeMqtt;

  const start = (options: Partial<RigOptions> = {}): Rig => {
    const rig = startRig({ home, options: { publish: "mqtt" }, ...options });
    rig.publisher.describe(CCU, { ...VALUES, problem: false, status: "unknown" });
    rig.publisher.describe(INTERFACE, { health: 100, connected: true });
    return rig;
  };
  const startPublished = async (options: Partial<RigOptions> = {}): Promise<Rig> => {
    const rig = start(options);
    await publishing(rig);
    return rig;
  };

  beforeEach(async () => {
    home = await FakeHomeAssistant.start();
    mqtt = FakeMqtt.load(home);
  });
  afterEach(() => home[Symbol.asyncDispose]());

  it("describes each device in one retained message, without any time passing", async () => {
    await using rig = await startPublished();
    expect(rig.clock.monotonicMs()).toBe(0);
    expect([...mqtt.retained.keys()]).toEqual([SERVICE_CONFIG, CONFIG, INTERFACE_CONFIG, STATUS, STATE, INTERFACE_STATE]);
    expect(mqtt.last(CONFIG)).toMatchObject({
      device: { identifiers: ["homematic_vitals_NEQ1234567"], name: "CCU", model: "OpenCCU", via_device: "homematic_vitals__3Aapp" },
      origin: { name: "Homematic Vitals", sw_version: "0.1.0" },
      availability_topic: STATUS,
      components: {
        "system-health": { platform: "sensor", unique_id: "homematic_vitals_NEQ1234567_hub_system-health", expire_after: 180 },
        incident: { platform: "event", unique_id: "homematic_vitals_NEQ1234567_hub_incident", event_types: HUB_EVENT_TYPES },
      },
    });
    expect(mqtt.last(INTERFACE_CONFIG)).toMatchObject({
      device: { identifiers: ["homematic_vitals_NEQ1234567_2FHmIP-RF"], name: "CCU HmIP-RF", via_device: "homematic_vitals_NEQ1234567" },
    });
    expect(mqtt.last(STATE)).toEqual({
      values: { ...VALUES, problem: "OFF", status: null },
      details: {},
    });
    expect(mqtt.last(INTERFACE_STATE)).toMatchObject({ values: { health: 100, connected: "ON" } });
    expect(mqtt.on(STATUS)).toEqual(["online"]);
  });

  it("names a metric that the device does not have by its platform only, which removes it", async () => {
    await using _rig = await startPublished();
    const { components } = mqtt.last(CONFIG) as { components: Record<string, object> };
    expect(Object.keys(components).sort()).toEqual([...CCU_METRICS.map((key) => key.replaceAll("_", "-")), "incident"].sort());
    expect(components["low-batteries"]).toEqual({ platform: "sensor" });
    expect(components["connected"]).toEqual({ platform: "binary_sensor" });
  });

  it("speaks Home Assistant's language in names and units, and the configured one in texts", async () => {
    home.language = "de-CH";
    await using rig = start({ options: { publish: "mqtt", language: "en" } });
    rig.publisher.describe(CCU, { ...VALUES, events_per_minute: 1 });
    rig.publisher.tell(event());
    await publishing(rig);
    await home.until(() => mqtt.on(EVENT).length === 1);
    expect(mqtt.last(CONFIG)).toMatchObject({
      components: { "system-health": { name: "Systemzustand" }, "events-per-minute": { unit_of_measurement: "Ereignisse/min" } },
    });
    expect(mqtt.last(EVENT)).toMatchObject({ message: "HmIP-RF does not answer." });
  });

  it("tells what is published in one turn in one message", async () => {
    await using rig = await startPublished();
    rig.publisher.publish(CCU.id, { system_health: 60 });
    rig.publisher.publish(CCU.id, { last_event_age: 61, system_health: 50 });
    await home.until(() => mqtt.on(STATE).length === 2);
    expect(mqtt.last(STATE)).toMatchObject({ values: { system_health: 50, last_event_age: 61, connection_latency: 12.4 } });
    await settle(home);
    expect(mqtt.on(STATE)).toHaveLength(2);
    expect(mqtt.on(INTERFACE_STATE)).toHaveLength(1);
  });

  it("keeps only the latest values while the broker does not answer", async () => {
    await using rig = await startPublished();
    for (const peer of home.peers) peer.ws.pause();
    for (let age = 1; age <= 10_000; age += 1) rig.publisher.publish(CCU.id, { last_event_age: age });
    for (const peer of home.peers) peer.ws.resume();
    await home.until(() => mqtt.on(STATE).length >= 2);
    await settle(home);
    await settle(home);
    expect(mqtt.on(STATE).length).toBeLessThanOrEqual(3);
    expect(mqtt.last(STATE)).toMatchObject({ values: { last_event_age: 10_000 } });
  });

  it("shows the words of a trouble beside its cause, and lists only where their count changes with them", async () => {
    await using rig = await startPublished();
    const details = { message: { en: "It is down.", de: "Es ist aus." }, since: "2026-11-08T06:21:30Z" };
    rig.publisher.describe(CCU, {
      cause: { value: "process_down", details },
      duty_cycle: { value: 3, details: { modules: ["a: 3 %"] } },
      low_batteries: { value: 200, details: { devices: Array.from({ length: 200 }, (_, index) => `${index} ${"x".repeat(500)}`) } },
    });
    await home.until(() => mqtt.on(STATE).length === 2);
    const state = mqtt.last(STATE) as { details: { low_batteries: { devices: string[] } } };
    expect(state).toMatchObject({
      values: { cause: "process_down", duty_cycle: 3 },
      details: { cause: { message: "It is down.", since: "2026-11-08T06:21:30Z" } },
    });
    expect(state.details).not.toHaveProperty("duty_cycle");
    expect(JSON.stringify(state.details.low_batteries).length).toBeLessThan(16_384 / 2);
  });

  it("repeats all values each minute, so that none expires", async () => {
    await using rig = await startPublished();
    await pass(home, rig.clock, 59_999);
    expect(mqtt.on(STATE)).toHaveLength(1);
    await pass(home, rig.clock, 1);
    await home.until(() => mqtt.on(INTERFACE_STATE).length === 2);
    expect(mqtt.on(STATE)).toHaveLength(2);
    expect(mqtt.on(STATUS)).toEqual(["online", "online"]);
    expect(mqtt.on(CONFIG)).toHaveLength(1);
    await pass(home, rig.clock, 120_000);
    await home.until(() => mqtt.on(INTERFACE_STATE).length === 4);
  });

  it("tells everything again when Home Assistant has connected to its broker", async () => {
    await using rig = await startPublished();
    mqtt.birth("offline");
    await settle(home);
    expect(mqtt.on(CONFIG)).toHaveLength(1);
    mqtt.forgetAndReturn();
    await home.until(() => mqtt.retained.size === 6);
    expect(mqtt.on(CONFIG)).toHaveLength(2);
    await publishing(rig);
  });

  it("tells an event once, without retaining it", async () => {
    await using rig = await startPublished();
    rig.publisher.tell(event({ sinceMs: Date.UTC(2026, 10, 8, 6, 21, 30, 500), durationSeconds: 7 }));
    await home.until(() => mqtt.on(EVENT).length === 1);
    expect(mqtt.last(EVENT)).toEqual({
      event_type: "interface_lost",
      interface: "HmIP-RF",
      cause: "process_down",
      message: "HmIP-RF does not answer.",
      remedy: "Restart the CCU.",
      since: "2026-11-08T06:21:30Z",
      duration_s: 7,
    });
    expect(mqtt.retained.has(EVENT)).toBe(false);
    await settle(home);
    expect(mqtt.on(EVENT)).toHaveLength(1);
  });

  it("is not disturbed by problems, which MQTT cannot show", async () => {
    await using rig = await startPublished();
    const sent = mqtt.messages.length;
    rig.publisher.problems(CCU.id, [PROBLEM]);
    await settle(home);
    rig.publisher.publish(CCU.id, { system_health: 1 });
    await home.until(() => mqtt.on(STATE).length === 2);
    expect(mqtt.messages).toHaveLength(sent + 1);
  });

  it("removes what is gone, from Home Assistant and from the broker", async () => {
    await using rig = await startPublished();
    rig.publisher.remove(INTERFACE.id);
    await home.until(() => !mqtt.retained.has(INTERFACE_STATE));
    expect(mqtt.retained.has(INTERFACE_CONFIG)).toBe(false);
    expect([...home.registry.devices.keys()]).toEqual(["mqtt:homematic_vitals__3Aapp", "mqtt:homematic_vitals_NEQ1234567"]);
    expect(mqtt.on(CONFIG)).toHaveLength(1);
  });

  it.each(["at once", "a moment later"])(
    "tells a device again that Home Assistant removed %s along with one of its metrics",
    async (moment) => {
      await using rig = await startPublished();
      rig.publisher.describe(INTERFACE, { health: 100 });
      await home.until(() => mqtt.on(INTERFACE_CONFIG).length === 2);
      if (moment === "a moment later") await pass(home, rig.clock, 1_000, 100);
      mqtt.remove("homematic_vitals_NEQ1234567_2FHmIP-RF");
      await passUntil(home, rig.clock, () => mqtt.on(INTERFACE_CONFIG).length === 3);
      expect(rig.clock.monotonicMs()).toBeGreaterThanOrEqual(5_000);
      expect(rig.clock.monotonicMs()).toBeLessThan(6_000);
      expect(home.registry.find("mqtt", "homematic_vitals_NEQ1234567_HmIP-RF_health")).toBeDefined();
      await pass(home, rig.clock, 30_000);
      expect(mqtt.on(INTERFACE_CONFIG)).toHaveLength(3);
      expect(rig.publisher.status()).toMatchObject({ state: "publishing", message: null });
    },
  );

  it("removes devices of an earlier run that are not there any more", async () => {
    const memory = new Memory();
    await (await startPublished({ memory }))[Symbol.asyncDispose]();
    await using rig = startRig({ home, memory, options: { publish: "mqtt" } });
    rig.publisher.describe(CCU, VALUES);
    await publishing(rig);
    expect([...mqtt.retained.keys()].some((topic) => topic.includes("HmIP-RF"))).toBe(false);
    expect([...home.registry.devices.keys()]).toEqual(["mqtt:homematic_vitals__3Aapp", "mqtt:homematic_vitals_NEQ1234567"]);
  });

  it("says offline when the add-on stops", async () => {
    const rig = await startPublished();
    await rig[Symbol.asyncDispose]();
    expect(mqtt.retained.get(STATUS)).toBe("offline");
    expect(rig.clock.pendingTimers).toBe(0);
  });

  it("says so when Home Assistant makes no entities of the messages, and goes on", async () => {
    mqtt.discovery = false;
    await using rig = start();
    await passUntil(home, rig.clock, () => isPublishing(rig));
    expect(rig.clock.monotonicMs()).toBeGreaterThanOrEqual(30_000);
    expect(rig.publisher.status().message?.en).toContain("discovery");
    mqtt.discovery = true;
    mqtt.birth("online");
    await until(rig.publisher, () => rig.publisher.status().message === null);
  });

  it("tries again every 15 s when Home Assistant has no connection to the broker, and complains once", async () => {
    const { logger, lines } = recordingLogger();
    await using rig = await startPublished({ logger });
    mqtt.connected = false;
    rig.publisher.publish(CCU.id, { system_health: 60 });
    await waiting(rig);
    expect(rig.publisher.status().message?.en).toContain("no connection to the MQTT broker");
    await pass(home, rig.clock, 45_000);
    expect(lines.filter((line) => line.includes("no connection to the MQTT broker"))).toHaveLength(1);
    mqtt.connected = true;
    await pass(home, rig.clock, 15_000);
    await publishing(rig);
    expect(mqtt.last(STATE)).toMatchObject({ values: { system_health: 60 } });
  });

  it.each([
    [[], "has no MQTT integration"],
    [[{ entry_id: "mqtt", state: "not_loaded", disabled_by: "user" }], "is disabled"],
    [[{ entry_id: "mqtt", state: "setup_retry", disabled_by: null }], "does not run"],
  ])("says what to do when MQTT is %j", async (entries, sentence) => {
    home.entries.set("mqtt", entries);
    await using rig = start();
    await waiting(rig);
    expect(rig.publisher.status().message?.en).toContain(sentence);
    home.entries.set("mqtt", [{ entry_id: "mqtt", state: "loaded", disabled_by: null }]);
    home.fire("component_loaded", { component: "light" });
    await settle(home);
    expect(rig.publisher.status().state).toBe("waiting");
    home.fire("component_loaded", { component: "mqtt" });
    await pass(home, rig.clock, 1_000);
    await publishing(rig);
  });
});
