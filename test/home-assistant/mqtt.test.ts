import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { AddOn } from "../peers/add-on.ts";
import { NEWEST_CORE, OLDEST_CORE } from "../peers/cores.ts";
import { eventually } from "../peers/eventually.ts";
import { HomeAssistant } from "../peers/home-assistant.ts";
import { Mosquitto } from "../peers/mosquitto.ts";
import { repositoryRoot } from "../peers/paths.ts";
import { Pydevccu } from "../peers/pydevccu.ts";
import { CheckTable } from "./check-table.ts";
import { HandMadeHub, INTERFACE, Memory, TROUBLE } from "./hand-made-hub.ts";

const HEALTH = "sensor.cellar_system_health";
const CAUSE = "sensor.cellar_cause";
const PROBLEM = "binary_sensor.cellar_problem";
const INCIDENT = "event.cellar_incident";
const CONNECTION = "binary_sensor.homematic_vitals_add_on_connection";
const INTERFACE_HEALTH = "sensor.cellar_hmip_rf_health";

const Entity = z.object({
  entity_id: z.string(),
  unique_id: z.string(),
  device_id: z.string(),
  platform: z.string(),
  original_name: z.string(),
  entity_category: z.string().nullable(),
  disabled_by: z.string().nullable(),
});
const Device = z.object({
  id: z.string(),
  name: z.string(),
  model: z.string().nullable(),
  sw_version: z.string().nullable(),
  via_device_id: z.string().nullable(),
});

const [, lines = "", countsInTheMiddle = ""] =
  /```conf\n(.*?)```.*?`(mosquitto_pub .*?)`/s.exec(await readFile(join(repositoryRoot, "docs/fleet.md"), "utf8")) ?? [];

/** The bridge of docs/fleet.md to this broker in the middle, which is not encrypted and asks for no password here. */
function bridgeTo({ port }: Mosquitto): string {
  expect(lines).toMatch(/^address \S+:8883$/m);
  return lines.replace(/^address .*$/m, `address 127.0.0.1:${port}`).replaceAll(/^(bridge_cafile|remote_\w+) .*\n/gm, "");
}

/** The sensors by Home Assistant's own MQTT integration and a real broker; the checks build on each other. */
describe.each([OLDEST_CORE, NEWEST_CORE])("by MQTT on Core $version", (core) => {
  const peers = new AsyncDisposableStack();
  const table = new CheckTable(core);
  const memory = new Memory();
  let homeAssistant: HomeAssistant;
  let broker: Mosquitto;
  let middle: Mosquitto;
  let hub: HandMadeHub;

  const registered = async () => {
    const all = z
      .array(z.looseObject({ platform: z.string(), unique_id: z.string() }))
      .parse(await homeAssistant.call("config/entity_registry/list"));
    return z.array(Entity).parse(all.filter(({ platform, unique_id: id }) => platform === "mqtt" && id.startsWith("homematic_vitals_")));
  };
  const devices = async () => {
    const ids = new Set((await registered()).map((entity) => entity.device_id));
    return z
      .array(Device)
      .parse(await homeAssistant.call("config/device_registry/list"))
      .filter(({ id }) => ids.has(id));
  };
  const healthIs = (value: number, timeoutMs = 15_000) =>
    homeAssistant.waitForState(HEALTH, ({ state }) => Number.parseFloat(state) === value, timeoutMs);
  const start = (): HandMadeHub => HandMadeHub.start({ homeAssistant, publish: "mqtt", memory });

  beforeAll(async () => {
    homeAssistant = peers.use(await HomeAssistant.start({ core, companion: false }));
    middle = peers.use(await Mosquitto.start());
    broker = peers.use(await Mosquitto.start({ bridge: bridgeTo(middle) }));
    hub = start();
    peers.defer(() => hub[Symbol.asyncDispose]());
  });

  afterAll(async () => {
    await peers.disposeAsync();
  });

  test("without MQTT in Home Assistant the add-on says what to do", async () => {
    const { message } = await hub.until("the word on missing MQTT", ({ state }) => state === "waiting");
    expect(message?.en).toContain("Add MQTT under Settings > Devices & services");
    table.add("publish: mqtt without MQTT", "said with the remedy");
  });

  test("once MQTT is added, all entities appear with values, named and sorted as the companion's", async () => {
    await broker.addTo(homeAssistant);
    await table.time("MQTT added -> entities with values", async () => {
      await healthIs(100, 60_000);
      await hub.publishing();
    });
    const entities = await registered();
    expect(entities).toHaveLength(14 + 1 + 11 + 1);
    expect(new Set(entities.map(({ device_id: device, original_name: name }) => `${device} ${name}`)).size).toBe(entities.length);
    const headline = entities.filter((entity) => entity.entity_category === null).map((entity) => entity.original_name);
    expect(headline.sort()).toEqual([
      "Connected",
      "Connection latency",
      "Incident",
      "Last event age",
      "Problem",
      "Status",
      "System health",
    ]);
    const disabled = entities.filter((entity) => entity.disabled_by !== null);
    expect(disabled.map((entity) => entity.unique_id.replace("homematic_vitals_NEQ1234567_", "")).sort()).toEqual([
      "HmIP-RF_carrier-sense",
      "HmIP-RF_connection-latency",
      "HmIP-RF_events-per-minute",
      "HmIP-RF_last-event",
      "HmIP-RF_latency-p95",
      "HmIP-RF_service-messages",
      "HmIP-RF_unreachable-devices",
      "hub_carrier-sense",
      "hub_events-per-minute",
    ]);
  });

  test("devices hang together as with the companion", async () => {
    const all = await devices();
    const byName = new Map(all.map((device) => [device.name, device]));
    expect([...byName.keys()].sort()).toEqual(["Cellar", "Cellar HmIP-RF", "Homematic Vitals"]);
    expect(byName.get("Cellar")).toMatchObject({
      model: "OpenCCU",
      sw_version: "3.83.6",
      via_device_id: byName.get("Homematic Vitals")?.id,
    });
    expect(byName.get("Cellar HmIP-RF")?.via_device_id).toBe(byName.get("Cellar")?.id);
  });

  test("every kind of value arrives: numbers, nothing known, texts, switches, times, details", async () => {
    const states = new Map((await homeAssistant.states()).map((state) => [state.entity_id, state]));
    const stateOf = (id: string) => states.get(id)?.state;
    expect({
      latency: Number(stateOf("sensor.cellar_connection_latency")),
      batteries: stateOf("sensor.cellar_low_batteries"),
      status: stateOf("sensor.cellar_status"),
      cause: stateOf(CAUSE),
      problem: stateOf(PROBLEM),
      connected: stateOf("binary_sensor.cellar_connected"),
      interfaceConnected: stateOf("binary_sensor.cellar_hmip_rf_connected"),
      lastEvent: stateOf("sensor.cellar_last_event"),
      connection: stateOf(CONNECTION),
    }).toEqual({
      latency: 12.4,
      batteries: "unknown",
      status: "ok",
      cause: "none",
      problem: "off",
      connected: "on",
      interfaceConnected: "on",
      lastEvent: "2026-11-08T06:30:00+00:00",
      connection: "on",
    });
    expect(states.get(HEALTH)?.attributes).toMatchObject({ unit_of_measurement: "%", state_class: "measurement" });
    expect(states.get("sensor.cellar_unreachable_devices")?.attributes).toMatchObject({ devices: ["Window kitchen (000A1234567890)"] });
  });

  test("a broker in the middle is told the same by the bridge of the guide, but not what all sites share", async () => {
    const [here, there] = await Promise.all([broker.retained(), middle.retained()]);
    const passedOn = [...here].filter(([topic]) => /^homeassistant\/device\/|^homematic_vitals\/.+\/state$/.test(topic));
    expect(passedOn).toHaveLength(3 + 2);
    expect(here.get("homematic_vitals/status")).toBe("online");
    expect(new Map([...there].filter(([topic]) => topic.startsWith("home")))).toEqual(new Map(passedOn));
  });

  test("a Home Assistant in the middle shows the same, once it is told as in the guide that values count", async () => {
    await using inTheMiddle = await HomeAssistant.start({ core, companion: false });
    await middle.addTo(inTheMiddle);
    await inTheMiddle.waitForState(HEALTH, "unavailable", 15_000);
    expect(await middle.run(countsInTheMiddle)).toEqual({ code: 0, signal: null });
    await inTheMiddle.waitForState(HEALTH, ({ state }) => Number.parseFloat(state) === 100, 70_000);
    expect(await inTheMiddle.state(INTERFACE_HEALTH)).toMatchObject({ state: "100" });
  });

  test("a trouble shows with cause and remedy in one change of state", async () => {
    const seen: unknown[] = [];
    using _ = homeAssistant.onStateChanged(({ entity_id: id, new_state: state }) => {
      if (id === CAUSE && state?.state === "process_down") seen.push(state.attributes["remedy"]);
    });
    await table.time("trouble -> Problem on", async () => {
      hub.publisher.publish("NEQ1234567", TROUBLE);
      await homeAssistant.waitForState(PROBLEM, "on");
    });
    await homeAssistant.waitForState(CAUSE, "process_down");
    expect(seen).toEqual(["Restart the CCU."]);
  });

  test("an incident is told once", async () => {
    await table.time("incident -> event entity", async () => {
      hub.tell();
      await homeAssistant.waitForState(INCIDENT, ({ attributes }) => attributes["event_type"] === "interface_lost");
    });
    const incident = await homeAssistant.state(INCIDENT);
    expect(incident?.attributes).toMatchObject({
      interface: "HmIP-RF",
      cause: "process_down",
      remedy: "Restart the CCU.",
      duration_s: null,
    });
  });

  test("an add-on that is stopped says so: unavailable at once, its own connection off", async () => {
    await table.time("add-on stopped -> unavailable", async () => {
      await hub[Symbol.asyncDispose]();
      await homeAssistant.waitForState(HEALTH, "unavailable", 5_000);
    });
    expect((await homeAssistant.state(CONNECTION))?.state).toBe("off");
    hub = start();
    await table.time("add-on started -> values", () => healthIs(100));
    await hub.publishing();
  });

  test("a metric that an interface loses takes its entity along, and comes back with it", async () => {
    const has = async (): Promise<boolean> => (await registered()).some((entity) => entity.unique_id.endsWith("HmIP-RF_duty-cycle"));
    expect(await has()).toBe(true);
    hub.publisher.describe(INTERFACE, { connected: true, health: 100 });
    await eventually({ what: "the end of the entity", timeoutMs: 10_000, ask: async () => ((await has()) ? undefined : true) });
    expect((await homeAssistant.state(INTERFACE_HEALTH))?.state).not.toBe("unavailable");
    hub.publisher.describe(INTERFACE, { connected: true, health: 100, duty_cycle: 3 });
    await homeAssistant.waitForState("sensor.cellar_hmip_rf_duty_cycle", "3");
  });

  test("an interface that is gone takes its device along, also from the broker", async () => {
    hub.publisher.remove(INTERFACE.id);
    await table.time("interface removed -> device gone", () =>
      eventually({
        what: "the end of the device",
        timeoutMs: 10_000,
        ask: async () => ((await devices()).some(({ name }) => name === "Cellar HmIP-RF") ? undefined : true),
      }),
    );
    await eventually({
      what: "the end of the device's topics",
      timeoutMs: 10_000,
      ask: async () => {
        const kept = await Promise.all([broker.retained(), middle.retained()]);
        return kept.flatMap((topics) => [...topics.keys()]).some((topic) => topic.includes("HmIP-RF")) ? undefined : true;
      },
    });
    hub.publisher.describe(INTERFACE, { connected: true, health: 100 });
    await homeAssistant.waitForState(INTERFACE_HEALTH, "100");
  });

  test("Home Assistant restarts: the entities are there at once and go on", async () => {
    const before = await registered();
    await homeAssistant.restart();
    await table.time("Home Assistant restarted -> values", () => healthIs(100, 40_000));
    await hub.publishing();
    hub.publisher.publish("NEQ1234567", { system_health: 75 });
    await healthIs(75);
    expect((await registered()).map((entity) => entity.entity_id).sort()).toEqual(before.map((entity) => entity.entity_id).sort());
  });

  test("a broker that restarts and has forgotten everything is told all again", async () => {
    await broker.stop();
    await homeAssistant.waitForState(HEALTH, "unavailable", 15_000);
    hub.publisher.publish("NEQ1234567", { system_health: 60 });
    await broker.start();
    await table.time("broker is back, empty -> values", () => healthIs(60, 60_000));
    await hub.publishing();
    await eventually({
      what: "the memory of the broker",
      timeoutMs: 30_000,
      ask: async () => ([...(await broker.retained()).keys()].some((topic) => topic.endsWith("2FHmIP-RF/config")) ? true : undefined),
    });
  });

  test("an add-on that crashes is noticed: everything unavailable, its own connection off", async () => {
    await hub.crash();
    await table.time("add-on crashed -> unavailable (expires after 180 s)", async () => {
      await Promise.all([
        homeAssistant.waitForState(HEALTH, "unavailable", 200_000),
        homeAssistant.waitForState(INTERFACE_HEALTH, "unavailable", 200_000),
        homeAssistant.waitForState(CONNECTION, "off", 200_000),
      ]);
    });
  });

  test("the add-on itself, with a CCU, gets its sensors in by MQTT alone, and takes its leave", async () => {
    await using ccu = await Pydevccu.start();
    await using addOn = await AddOn.start({
      ccus: [{ name: "Attic", host: "127.0.0.1", interfaces: [{ name: "BidCos-RF", port: ccu.port }] }],
      home_assistant: { url: homeAssistant.url, token: homeAssistant.token },
      publish: "mqtt",
    });
    const health = "sensor.attic_system_health";
    await table.time("built add-on, publish: mqtt -> System health 100", () =>
      homeAssistant.waitForState(health, ({ state }) => Number.parseFloat(state) === 100, 30_000),
    );
    await homeAssistant.waitForState("binary_sensor.attic_bidcos_rf_connected", "on", 15_000);
    expect(await addOn.stop()).toEqual({ code: 0, signal: null });
    await homeAssistant.waitForState(health, "unavailable", 5_000);
    expect(addOn.process.output).not.toMatch(/ERROR|unexpected|unhandled/i);
  });

  test("nobody complained: no warning about our messages", () => {
    // What Home Assistant says in mqtt.client and mqtt.util is about its own connection to the broker, which was stopped here.
    const complaints = homeAssistant
      .logText()
      .split("\n")
      .filter((line) => /\b(WARNING|ERROR|CRITICAL)\b/.test(line) && /homematic_vitals|components\.mqtt\.(?!client|util)/.test(line))
      // The oldest Core says so of the empty message with which it removes a disabled entity itself.
      .filter((line) => core === NEWEST_CORE || !line.includes("No device components to cleanup"));
    expect(complaints).toEqual([]);
  });
});
