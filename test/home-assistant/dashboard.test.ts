import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { launchBrowser, openHomeAssistant } from "../peers/browser.ts";
import { HomeAssistant } from "../peers/home-assistant.ts";
import { repositoryRoot } from "../peers/paths.ts";
import { ProtocolClient, type WireMetrics } from "../peers/protocol-client.ts";
import { CheckTable } from "./check-table.ts";
import { importHistory } from "./history.ts";
import { picture } from "./picture.ts";
import { BIDCOS, CCU_ID, HEALTHY, sampleCcu } from "./sample-ccu.ts";

const URL_PATH = "homematic-vitals";
const LIMIT_MS = 30_000;
const SIZES = { desktop: { width: 1440, height: 1000 }, phone: { width: 412, height: 915 } };
const IN_DOCUMENTS: Readonly<Record<string, string>> = {
  "dashboard-en-problem-desktop": "dashboard",
  "dashboard-en-healthy-phone": "dashboard-phone",
};
// A hidden card stays in the page, and one of a missing entity would complain if it were shown.
const ERROR_CARDS = ["hui-error-card", "hui-warning"].map((name) => `hui-card:not([hidden]) ${name}`).join(", ");

const DASHBOARDS = [
  {
    language: "en",
    locale: "en-GB",
    file: "homematic-vitals.yaml",
    health: "sensor.ccu_system_health",
    latency: "sensor.ccu_connection_latency",
    healthy: ["System health", "Connection latency", "Duty cycle", "Interfaces", "HmIP-RF", "BidCos-RF", "Devices", "Incidents"],
    trouble: { message: "The CCU answers, but its events do not arrive.", remedy: "Open port 8095 in the firewall of this machine." },
    broken: ["What to do:", "Not reachable", "Window kitchen (000A1234567890)"],
    gone: "Homematic Vitals is not running",
  },
  {
    language: "de",
    locale: "de-DE",
    file: "homematic-vitals-de.yaml",
    health: "sensor.ccu_systemzustand",
    latency: "sensor.ccu_verbindungslatenz",
    healthy: ["Systemzustand", "Verbindungslatenz", "Duty Cycle", "Schnittstellen", "HmIP-RF", "BidCos-RF", "Geräte", "Vorfälle"],
    trouble: { message: "Die CCU antwortet, aber ihre Ereignisse kommen nicht an.", remedy: "Geben Sie Port 8095 in der Firewall frei." },
    broken: ["Was zu tun ist:", "Nicht erreichbar", "Window kitchen (000A1234567890)"],
    gone: "Homematic Vitals läuft nicht",
  },
];

const Registered = z.object({ entity_id: z.string(), platform: z.string() });

/** The values of a CCU of which one interface has lost its events, and which has something to say about its devices. */
function troubleOf(details: { message: string; remedy: string }): Record<string, WireMetrics> {
  const cause = { ...details, since: new Date(Date.now() - 25 * 60_000).toISOString() };
  return {
    [CCU_ID]: {
      system_health: 75,
      status: "critical",
      problem: true,
      connected: false,
      cause: { value: "callback_unreachable", details: { ...cause, interface: "BidCos-RF" } },
      unreachable_devices: { value: 1, details: { devices: ["Window kitchen (000A1234567890)"] } },
      low_batteries: { value: 1, details: { devices: ["Remote control hall (NEQ7654321)"] } },
      service_messages: {
        value: 2,
        details: { messages: ["Window kitchen (000A1234567890): UNREACH", "Remote control hall (NEQ7654321): LOWBAT"] },
      },
    },
    [BIDCOS]: { connected: false, health: 50, cause: { value: "callback_unreachable", details: cause } },
  };
}

/** What the list of incidents shows; the words of an incident are its event type in Home Assistant's language. */
async function tellIncidents(addOn: ProtocolClient, message: string): Promise<void> {
  const since = new Date().toISOString();
  const happened = { interface: "HmIP-RF", cause: null, message, remedy: null, since, duration_s: null };
  await addOn.event(CCU_ID, "duty_cycle_high", { ...happened, cause: "duty_cycle_high" });
  await addOn.event(CCU_ID, "duty_cycle_normal", { ...happened, duration_s: 840 });
  await addOn.event(CCU_ID, "callback_unreachable", { ...happened, interface: "BidCos-RF", cause: "callback_unreachable" });
}

describe.each(DASHBOARDS)("the dashboard $file in a real Home Assistant", (dashboard) => {
  const peers = new AsyncDisposableStack();
  const table = new CheckTable();
  let homeAssistant: HomeAssistant;
  let addOn: ProtocolClient;
  let browser: Browser;

  const save = (config: unknown) => homeAssistant.call("lovelace/config/save", { url_path: URL_PATH, config });
  const open = (size: keyof typeof SIZES) =>
    openHomeAssistant(browser, homeAssistant, `/${URL_PATH}`, { ...SIZES[size], locale: dashboard.locale, timezoneId: "Europe/Berlin" });
  const waitForTexts = async (page: Page, texts: readonly (string | RegExp)[]) => {
    for (const text of texts) await page.getByText(text).filter({ visible: true }).first().waitFor({ timeout: LIMIT_MS });
  };

  /** Opens it at both sizes, checks that all is drawn without an error, and keeps a picture of each. */
  const look = async (state: string, texts: readonly (string | RegExp)[]) => {
    for (const size of ["desktop", "phone"] as const) {
      const page = await open(size);
      await waitForTexts(page, texts);
      await page.waitForLoadState("networkidle", { timeout: LIMIT_MS });
      expect(await page.locator(ERROR_CARDS).count()).toBe(0);
      expect(await page.evaluate("document.scrollingElement.scrollWidth")).toBe(SIZES[size].width);
      const name = `dashboard-${dashboard.language}-${state}-${size}`;
      await picture(page, name, IN_DOCUMENTS[name]);
      await page.close();
      table.add(`${dashboard.file}: ${state}, ${size}`, "drawn without an error");
    }
  };

  beforeAll(async () => {
    homeAssistant = peers.use(await HomeAssistant.start());
    await homeAssistant.call("config/core/update", { language: dashboard.language });
    await homeAssistant.addConfigEntry("homematic_vitals");
    addOn = peers.use(await ProtocolClient.start(homeAssistant, [sampleCcu()]));
    await homeAssistant.waitForState(dashboard.health, "100");
    await importHistory(homeAssistant, dashboard);
    await tellIncidents(addOn, dashboard.trouble.message);
    await homeAssistant.call("lovelace/dashboards/create", { url_path: URL_PATH, title: "Homematic Vitals", icon: "mdi:heart-pulse" });
    await save(parse(await readFile(join(repositoryRoot, "dashboards", dashboard.file), "utf8")));
    browser = peers.adopt(await launchBrowser(), (started) => started.close());
  });

  afterAll(async () => {
    await peers.disposeAsync();
  });

  test("names only entities that exist, but for the interfaces that this CCU does not have", async () => {
    const text = await readFile(join(repositoryRoot, "dashboards", dashboard.file), "utf8");
    const named = new Set(text.match(/\b(?:sensor|binary_sensor|event)\.ccu_\w+/g));
    const registered = z.array(Registered).parse(await homeAssistant.call("config/entity_registry/list"));
    const missing = [...named.difference(new Set(registered.map(({ entity_id }) => entity_id)))];
    expect(named.size).toBeGreaterThan(20);
    expect(missing.filter((id) => !/\.ccu_(bidcos_wired|virtualdevices)_/.test(id))).toEqual([]);
  });

  test("a healthy CCU", async () => {
    await look("healthy", [...dashboard.healthy, /100\s?%/, /13\s?ms/]);
  });

  test("a CCU with a problem shows its cause, the remedy and the devices concerned", async () => {
    await addOn.update(troubleOf(dashboard.trouble));
    await homeAssistant.waitForState(dashboard.health, "75");
    const { message, remedy } = dashboard.trouble;
    await look("problem", [...dashboard.broken, message, remedy]);
  });

  test("it says so when the add-on is gone", async () => {
    await addOn.goodbye();
    await homeAssistant.waitForState(dashboard.health, "unavailable");
    await look("gone", [dashboard.gone]);
  });

  test("a card that Home Assistant does not know would have been noticed", async () => {
    await save({
      views: [{ type: "sections", sections: [{ cards: [{ type: "heading", heading: HEALTHY["status"] }, { type: "nonsense" }] }] }],
    });
    const page = await open("desktop");
    await page.locator(ERROR_CARDS).first().waitFor({ state: "attached", timeout: LIMIT_MS });
  });
});
