import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { AddOn } from "../peers/add-on.ts";
import { AddOnClient } from "../peers/add-on-client.ts";
import { launchBrowser, openHomeAssistant, screenshot } from "../peers/browser.ts";
import { type ConfigEntry, HomeAssistant } from "../peers/home-assistant.ts";
import { repositoryRoot } from "../peers/paths.ts";
import { devicesOf, repairsOf } from "../peers/registry.ts";
import { SimulatedCcu } from "../peers/simulated-ccu.ts";
import { CheckTable } from "./check-table.ts";

const SHOWN_WITHIN_MS = 30_000;
const SERIAL = "SIMHOUSE01";
const HOST = "127.0.0.1";

const Translations = z.object({ issues: z.record(z.string(), z.looseObject({ description: z.string().default("") })) });

/** What the companion says of a repair. */
async function descriptionOf(repair: string, language: string): Promise<string> {
  const file = join(repositoryRoot, "custom_components", "homematic_vitals", "translations", `${language}.json`);
  return Translations.parse(JSON.parse(await readFile(file, "utf8"))).issues[repair]?.description ?? "";
}

/** What a user sees in Home Assistant's own frontend. */
describe("Home Assistant's frontend", () => {
  const peers = new AsyncDisposableStack();
  const table = new CheckTable();
  let homeAssistant: HomeAssistant;
  let entry: ConfigEntry;
  let addOn: AddOn;
  let browser: Browser;

  const shows = (page: Page, text: string) => page.getByText(text).first().waitFor({ timeout: SHOWN_WITHIN_MS });
  const shoot = (page: Page, name: string) => screenshot(page, `artifacts/screenshots/${name}.png`);
  const deviceId = async (name: string) => (await devicesOf(homeAssistant)).find((device) => device.name === name)?.id;

  beforeAll(async () => {
    homeAssistant = peers.use(await HomeAssistant.start());
    entry = await homeAssistant.addConfigEntry("homematic_vitals");
    const ccu = peers.use(await SimulatedCcu.start({ serial: SERIAL, eventsPerSecond: 5 }));
    addOn = peers.use(
      await AddOn.start({
        ccus: [ccu.options("House")],
        home_assistant: { url: homeAssistant.url, token: homeAssistant.token },
      }),
    );
    await homeAssistant.waitForState("sensor.house_last_event_age", ({ state }) => Number.parseFloat(state) >= 0, SHOWN_WITHIN_MS);
    browser = peers.use(await launchBrowser());
  });

  afterAll(async () => {
    await peers.disposeAsync();
  });

  test.each([
    ["House", ["System health", "Connection latency", "Last event age", "Status", "Problem", "Connected", "Incident", "Cause"]],
    ["House HmIP-RF", ["Health", "Connected", "Cause", "Duty cycle"]],
    ["Homematic Vitals", ["Add-on connection"]],
  ])("shows the device %s with its entities", async (name, entities) => {
    const page = await openHomeAssistant(browser, homeAssistant, `/config/devices/device/${await deviceId(name)}`, { height: 1_100 });
    for (const each of entities) await shows(page, each);
    await shoot(page, `device-${name.toLowerCase().replaceAll(" ", "-")}`);
    table.add(`device page of ${name}`, "screenshot made");
    await page.close();
  });

  test.each([
    ["en", "en-GB"],
    ["de", "de-DE"],
  ])("shows a repair with what to do (%s)", async (language, locale) => {
    using second = await AddOnClient.open(homeAssistant, { instanceId: "second" });
    await second.hello();
    await expect(second.connect()).rejects.toMatchObject({ code: "instance_conflict" });
    expect(await repairsOf(homeAssistant)).toContain("second_instance");
    const page = await openHomeAssistant(browser, homeAssistant, "/config/repairs", { locale });
    await page
      .locator("ha-config-repairs ha-list-item-button, ha-config-repairs ha-list-item, ha-config-repairs ha-md-list-item")
      .first()
      .click();
    const [what = ""] = (await descriptionOf("second_instance", language)).split("\n", 1);
    await shows(page, what);
    await shoot(page, `repair-${language}`);
    table.add(`repair, ${language}`, "screenshot made");
    await page.close();
  });

  test("offers diagnostics without secrets, addresses and serials", async () => {
    const [ofEntry, ofDevice] = [
      await homeAssistant.api.rest("GET", `/api/diagnostics/config_entry/${entry.entryId}`),
      await homeAssistant.api.rest("GET", `/api/diagnostics/config_entry/${entry.entryId}/device/${await deviceId("House")}`),
    ];
    for (const diagnostics of [JSON.stringify(ofEntry), JSON.stringify(ofDevice)]) {
      expect(diagnostics).toContain("system_health");
      for (const secret of [HOST, SERIAL, homeAssistant.token]) expect(diagnostics).not.toContain(secret);
    }
    table.add(
      "diagnostics of the entry and of a device",
      `${JSON.stringify(ofEntry).length} and ${JSON.stringify(ofDevice).length} characters`,
    );
  });

  test("has a section in the system information", async () => {
    const page = await openHomeAssistant(browser, homeAssistant, "/config/repairs");
    await page.locator("ha-config-repairs-dashboard ha-dropdown ha-icon-button").first().click();
    await page.getByText("System information").first().click();
    const section = page.locator("dialog-system-information").getByText("Homematic Vitals").first();
    await section.waitFor({ timeout: SHOWN_WITHIN_MS });
    await section.scrollIntoViewIfNeeded();
    await shoot(page, "system-information");
    table.add("system information", "screenshot made");
    await page.close();
  });

  test("nobody complained", () => {
    expect(homeAssistant.complaints()).toEqual([]);
    expect(addOn.process.output).not.toMatch(/ ERROR |unexpected|unhandled/i);
  });
});
