import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { AddOn } from "../peers/add-on.ts";
import { launchBrowser, openHomeAssistant, openPage, screenshot } from "../peers/browser.ts";
import { NEWEST_CORE, OLDEST_CORE } from "../peers/cores.ts";
import { eventually } from "../peers/eventually.ts";
import { HomeAssistant } from "../peers/home-assistant.ts";
import { Pydevccu } from "../peers/pydevccu.ts";
import { CheckTable } from "./check-table.ts";

const HEALTH = "sensor.ccu_system_health";
const LATENCY = "sensor.ccu_connection_latency";
const AGE = "sensor.ccu_last_event_age";
const SENSORS = [HEALTH, LATENCY, AGE];
const INCIDENT = "event.ccu_incident";
const CAUSE = "sensor.ccu_cause";
const PROBLEM = "binary_sensor.ccu_problem";
const ADD_ON_CONNECTION = "binary_sensor.homematic_vitals_add_on_connection";

const ALARM = {
  id: "ccu_alarm",
  alias: "CCU in trouble",
  triggers: [{ trigger: "numeric_state", entity_id: HEALTH, below: 90 }],
  actions: [
    { action: "persistent_notification.create", data: { notification_id: "ccu_alarm", message: "Health {{ trigger.to_state.state }} %" } },
  ],
};

const RegistryEntry = z.object({ entity_id: z.string(), unique_id: z.string(), device_id: z.string().nullable(), platform: z.string() });
const Notification = z.object({ notification_id: z.string(), message: z.string() });

/** CCU, add-on and Home Assistant as a user runs them; the checks build on each other. */
describe.each([OLDEST_CORE, NEWEST_CORE])("from a CCU to an entity of Core $version", (core) => {
  const peers = new AsyncDisposableStack();
  const table = new CheckTable(core);
  let homeAssistant: HomeAssistant;
  let ccu: Pydevccu;
  let addOn: AddOn;

  const registered = async () =>
    z
      .array(RegistryEntry)
      .parse(await homeAssistant.call("config/entity_registry/list"))
      .filter((entry) => entry.platform === "homematic_vitals");
  const allUnavailable = (timeoutMs: number) => Promise.all(SENSORS.map((id) => homeAssistant.waitForState(id, "unavailable", timeoutMs)));
  const healthIs = (value: number, timeoutMs: number) =>
    homeAssistant.waitForState(HEALTH, ({ state }) => Number.parseFloat(state) === value, timeoutMs);

  const incidentIs = (type: string) => homeAssistant.waitForState(INCIDENT, ({ attributes }) => attributes["event_type"] === type, 10_000);

  beforeAll(async () => {
    homeAssistant = peers.use(await HomeAssistant.start({ core, automations: [ALARM] }));
    ccu = peers.use(await Pydevccu.start());
    addOn = peers.use(
      await AddOn.start({
        ccus: [{ host: "127.0.0.1", interfaces: [{ name: "BidCos-RF", port: ccu.port }] }],
        home_assistant: { url: homeAssistant.url, token: homeAssistant.token },
      }),
    );
  });

  afterAll(async () => {
    await peers.disposeAsync();
  });

  test("an integration that is installed but not added is named with what to do", async () => {
    const { homeAssistant: side } = await eventually({
      what: "the add-on's word on the missing integration",
      timeoutMs: 10_000,
      ask: async () => {
        const snapshot = await addOn.snapshot();
        return snapshot.homeAssistant.state === "waiting" ? snapshot : undefined;
      },
    });
    expect(side.message?.en).toContain("Settings > Devices & services");
  });

  test("once it is added, the three sensors appear with values, units and state class", async () => {
    await homeAssistant.addConfigEntry("homematic_vitals");
    await table.time("integration added -> three sensors with values", async () => {
      await healthIs(100, 15_000);
      const latency = await homeAssistant.waitForState(LATENCY, ({ state }) => Number.parseFloat(state) >= 0, 15_000);
      expect(latency.attributes).toMatchObject({ unit_of_measurement: "ms", device_class: "duration", state_class: "measurement" });
    });
    const [health, age] = [await homeAssistant.state(HEALTH), await homeAssistant.state(AGE)];
    expect(health?.attributes).toMatchObject({ unit_of_measurement: "%", state_class: "measurement", friendly_name: "CCU System health" });
    expect(age).toMatchObject({ state: "unknown", attributes: { unit_of_measurement: "s", device_class: "duration" } });
    // The CCU, its interface and the add-on.
    expect(new Set((await registered()).map((entry) => entry.device_id)).size).toBe(3);
  });

  test("a device that reports makes Last event age start", async () => {
    const switchChannel = `${ccu.addresses["HM-LC-Sw1-Pl"]}:1`;
    await table.time("device event -> Last event age", async () => {
      await ccu.report(switchChannel, "STATE", true);
      await homeAssistant.waitForState(AGE, ({ state }) => Number.parseFloat(state) < 5, 5_000);
    });
  });

  test("Home Assistant's device page shows the sensors", async () => {
    const entry = (await registered()).find(({ entity_id }) => entity_id === HEALTH);
    await using browser = await launchBrowser();
    const page = await openHomeAssistant(browser, homeAssistant, `/config/devices/device/${entry?.device_id}`);
    for (const name of ["System health", "Connection latency", "Last event age"]) {
      await page.getByText(name, { exact: true }).first().waitFor({ timeout: 30_000 });
    }
    await screenshot(page, `artifacts/screenshots/device-page-${core.version}.png`);
    await screenshot(await openPage(browser, addOn.url), "artifacts/screenshots/page.png");
    table.add("device page in the frontend, page of the add-on", "screenshots made");
  });

  test("a CCU that is stopped lowers System health, an automation fires, and all recovers when the CCU is back", async () => {
    await table.time("CCU stopped -> System health 0", async () => {
      await ccu.stop();
      await healthIs(0, 20_000);
    });
    await table.time("numeric_state automation fired", async () => {
      const fired = await homeAssistant.waitForState(
        "automation.ccu_in_trouble",
        ({ attributes }) => attributes["last_triggered"] !== null,
        5_000,
      );
      expect(fired.state).toBe("on");
    });
    const notifications = z.array(Notification).parse(await homeAssistant.call("persistent_notification/get"));
    expect(notifications.find((entry) => entry.notification_id === "ccu_alarm")?.message).toMatch(/^Health 0(\.0)? %$/);
    await incidentIs("interface_lost");
    await homeAssistant.waitForState(PROBLEM, "on", 5_000);
    const cause = await homeAssistant.waitForState(CAUSE, ({ state }) => state !== "none" && state !== "unknown", 5_000);
    expect(cause.attributes).toMatchObject({
      message: expect.stringMatching(/\w/),
      remedy: expect.stringMatching(/\w/),
      interface: "BidCos-RF",
    });
    await ccu.start();
    await table.time("CCU answers again -> System health 100", () => healthIs(100, 20_000));
    await incidentIs("interface_restored");
    await homeAssistant.waitForState(PROBLEM, "off", 5_000);
    await homeAssistant.waitForState(CAUSE, "none", 5_000);
  });

  test("a CCU that hangs lowers System health, and recovers", async () => {
    ccu.suspend();
    await table.time("CCU hangs -> System health 0", () => healthIs(0, 30_000));
    ccu.resume();
    await table.time("CCU goes on -> System health 100", () => healthIs(100, 20_000));
  });

  test("an add-on that is killed makes the entities unavailable, and finds them again without duplicates", async () => {
    await addOn.remembers("low_batteries");
    const before = await registered();
    await addOn.kill();
    await table.time("add-on killed -> unavailable (grace 60 s)", () => allUnavailable(75_000));
    expect((await homeAssistant.state(ADD_ON_CONNECTION))?.state).toBe("off");
    await table.time("add-on started -> System health 100", async () => {
      await addOn.start();
      await healthIs(100, 15_000);
      await homeAssistant.waitForState(ADD_ON_CONNECTION, "on", 5_000);
    });
    expect(await registered()).toEqual(before);
  });

  test("an add-on that is stopped says goodbye: unavailable at once, exit code 0", async () => {
    await table.time("add-on stopped -> unavailable", async () => {
      const [exit] = await Promise.all([addOn.stop(), allUnavailable(5_000)]);
      expect(exit).toEqual({ code: 0, signal: null });
    });
    await addOn.start();
    await healthIs(100, 15_000);
  });

  test("Home Assistant restarts: the entities exist at once and get their values back", async () => {
    const before = await registered();
    await homeAssistant.restart();
    expect((await homeAssistant.states()).map((state) => state.entity_id)).toEqual(expect.arrayContaining(SENSORS));
    await table.time("Home Assistant restarted -> System health 100", () => healthIs(100, 40_000));
    expect(await registered()).toEqual(before);
  });

  test("nobody complained: no warning of the companion, no unexpected failure in the add-on", () => {
    // The automation is older than the entity that it watches.
    expect(homeAssistant.complaints([/numeric_state\] Error initializing 'CCU in trouble' trigger/])).toEqual([]);
    expect(addOn.process.output).not.toMatch(/ERROR|unexpected|unhandled/i);
  });
});
