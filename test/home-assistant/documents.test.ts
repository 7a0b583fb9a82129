import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { launchBrowser, openHomeAssistant } from "../peers/browser.ts";
import { eventually } from "../peers/eventually.ts";
import { HomeAssistant } from "../peers/home-assistant.ts";
import { repositoryRoot } from "../peers/paths.ts";
import { ProtocolClient } from "../peers/protocol-client.ts";
import { tableOf } from "../support/markdown-table.ts";
import { CheckTable } from "./check-table.ts";
import { picture } from "./picture.ts";
import { CCU_ID, sampleCcu } from "./sample-ccu.ts";

const LIMIT_MS = 30_000;
const MESSAGE = "The CCU answers, but has stopped sending events.";
const REMEDY = "Restart the CCU.";
const TROUBLE = {
  problem: true,
  cause: { value: "dropped_by_ccu", details: { message: MESSAGE, remedy: REMEDY, interface: "HmIP-RF", since: "2026-11-08T06:21:30Z" } },
  low_batteries: { value: 1, details: { devices: ["Remote control hall (NEQ7654321)"] } },
};

const read = (file: string): string => readFileSync(join(repositoryRoot, file), "utf8");
const Automation = z.looseObject({ alias: z.string(), actions: z.array(z.looseObject({ data: z.looseObject({ title: z.string() }) })) });
const AUTOMATIONS = ["README.md", "docs/integration.md"].flatMap((file) =>
  [...read(file).matchAll(/```yaml\n(alias:[\s\S]*?)```/g)].map(([, yaml = ""]) => Automation.parse(parse(yaml))),
);

const Registered = z.object({
  entity_id: z.string(),
  device_id: z.string().nullable(),
  platform: z.string(),
  original_name: z.string().nullable(),
  disabled_by: z.string().nullable(),
});
const Shown = z.array(z.object({ title: z.string(), message: z.string() }));

describe("what the documents say, in a real Home Assistant", () => {
  const peers = new AsyncDisposableStack();
  const table = new CheckTable();
  let homeAssistant: HomeAssistant;
  let addOn: ProtocolClient;

  const registered = async () =>
    z
      .array(Registered)
      .parse(await homeAssistant.call("config/entity_registry/list"))
      .filter(({ platform }) => platform === "homematic_vitals");
  const deviceOf = async (entityId: string) => (await registered()).find(({ entity_id }) => entity_id === entityId)?.device_id ?? null;
  const shown = async () => Shown.parse(await homeAssistant.call("persistent_notification/get"));

  beforeAll(async () => {
    homeAssistant = peers.use(await HomeAssistant.start());
    await homeAssistant.addConfigEntry("homematic_vitals");
    addOn = peers.use(await ProtocolClient.start(homeAssistant, [sampleCcu(TROUBLE)]));
    await homeAssistant.waitForState("binary_sensor.ccu_problem", "on");
  });

  afterAll(async () => {
    await peers.disposeAsync();
  });

  test.each([
    ["### Of a CCU", "sensor.ccu_system_health"],
    ["### Of an interface", "sensor.ccu_hmip_rf_health"],
    ["### Of the app", "binary_sensor.homematic_vitals_add_on_connection"],
  ])("docs/integration.md has the entities of a device, their units and which are on from the start: %s", async (heading, member) => {
    const device = await deviceOf(member);
    const states = new Map((await homeAssistant.states()).map((state) => [state.entity_id, state]));
    const found = (await registered()).filter(({ device_id }) => device_id === device);
    const document = read("docs/integration.md");
    const documented = tableOf(document.slice(document.indexOf(heading)), "| entity |");
    const isOn = found.map(({ original_name, disabled_by }) => `${original_name} ${disabled_by === null ? "on" : "off"}`);
    expect(documented.map(([name, , , start]) => `${name} ${start}`).sort()).toEqual(isOn.sort());
    for (const { entity_id, original_name } of found.filter(({ disabled_by }) => disabled_by === null)) {
      const [, unit] = documented.find(([name]) => name === original_name) ?? [];
      const { device_class, unit_of_measurement } = states.get(entity_id)?.attributes ?? {};
      expect(`${entity_id} ${unit}`).toBe(`${entity_id} ${unit_of_measurement ?? (device_class === "timestamp" ? "time" : "-")}`);
    }
    table.add(`docs/integration.md ${heading}`, `${found.length} entities as documented`);
  });

  test("there are automations in the documents", () => {
    expect(AUTOMATIONS.length).toBeGreaterThan(4);
  });

  test.each(AUTOMATIONS)("the automation to copy is accepted and tells: $alias", async (automation) => {
    const id = automation.alias.toLowerCase().replaceAll(" ", "_");
    await homeAssistant.api.rest("POST", `/api/config/automation/config/${id}`, automation);
    await homeAssistant.waitForState(`automation.${id}`, "on");
    const before = (await shown()).length;
    if (JSON.stringify(automation).includes("trigger.to_state")) {
      const happened = { interface: "HmIP-RF", cause: "dropped_by_ccu", message: MESSAGE, remedy: REMEDY } as const;
      await addOn.event(CCU_ID, "dropped_by_ccu", { ...happened, since: new Date().toISOString(), duration_s: null });
    } else {
      await homeAssistant.callService("automation", "trigger", { entity_id: `automation.${id}` });
    }
    const told = await eventually({
      what: `the notification of "${automation.alias}"`,
      timeoutMs: LIMIT_MS,
      ask: async () => ((await shown()).length > before ? (await shown()).at(-1) : undefined),
    });
    expect(`${told.title} ${told.message}`).not.toMatch(/None|unknown|\{\{/);
    table.add(`automation to copy: ${automation.alias}`, "accepted, tells");
  });

  test("the page of a CCU in Home Assistant shows its entities by their names", async () => {
    await addOn.sync([sampleCcu()]);
    await using browser = await launchBrowser();
    const path = `/config/devices/device/${await deviceOf("sensor.ccu_system_health")}`;
    const page = await openHomeAssistant(browser, homeAssistant, path, { width: 1280, height: 800, timezoneId: "Europe/Berlin" });
    for (const name of ["System health", "Last event age", "Status", "Problem", "Cause", "Duty cycle", "Low batteries", "Incident"]) {
      await page.getByText(name).filter({ visible: true }).first().waitFor({ timeout: LIMIT_MS });
    }
    await picture(page, "device-page-ccu", "device-page");
  });

  test("Home Assistant's log has no complaint about an automation of the documents", () => {
    const complaints = homeAssistant
      .logText()
      .split("\n")
      .filter((line) => /\b(WARNING|ERROR|CRITICAL)\b.*(automation|script|template)/i.test(line));
    expect(complaints).toEqual([]);
  });
});
