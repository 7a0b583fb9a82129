import type { Browser, FrameLocator, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { TEXTS } from "../../src/web/page/texts.ts";
import { launchBrowser, openHomeAssistant, screenshot } from "../peers/browser.ts";
import { ContainerNetwork } from "../peers/container-network.ts";
import { eventually } from "../peers/eventually.ts";
import { SupervisedHome } from "../peers/supervised-home.ts";
import { CheckTable } from "./check-table.ts";

const DOMAIN = "homematic_vitals";
const HEALTH = "sensor.ccu_system_health";
const SCREENSHOTS = "artifacts/screenshots";

const Notification = z.object({ notification_id: z.string() });
const Device = z.object({ id: z.string(), name: z.string().nullable() });

/** What a user does and sees at first, in Home Assistant's own frontend; the pictures are those of DOCS.md. The checks build on each other. */
describe("the first run", () => {
  const peers = new AsyncDisposableStack();
  const table = new CheckTable();
  let home: SupervisedHome;
  let browser: Browser;
  let page: Page;

  const open = async (path: string, shows: (page: Page) => Locator): Promise<void> => {
    await page.goto(`${home.homeAssistant.url}${path}`);
    await shows(page).first().waitFor();
    await page.waitForLoadState("networkidle");
  };
  const tab = (name: string): string => `/config/app/${home.addOn.slug}/${name}`;
  const pictures: string[] = [];
  const picture = async (name: string): Promise<void> => {
    pictures.push(name);
    await screenshot(page, `${SCREENSHOTS}/${name}.png`);
  };
  const dialog = (): Locator => page.locator("dialog-form");
  const frame = (): FrameLocator => page.frameLocator("iframe");
  const button = (name: string): Locator => page.getByRole("button", { name, exact: true }).first();
  const enterAddress = async (address: string): Promise<void> => {
    await dialog().locator("ha-selector").first().locator("input").first().fill(address);
  };
  const savedCcus = async (expected: readonly object[]): Promise<void> => {
    await button("Save").click();
    await eventually({
      what: `${expected.length} CCUs in the options`,
      timeoutMs: 10_000,
      ask: () => JSON.stringify(home.addOn.options["ccus"]) === JSON.stringify(expected) || undefined,
    });
  };

  beforeAll(async () => {
    home = peers.use(await SupervisedHome.create({ core: { companion: false } }));
    await home.homeAssistant.start();
    browser = peers.use(await launchBrowser());
    page = await openHomeAssistant(browser, home.homeAssistant, "/config/apps/available", { locale: "en-GB" });
  });

  afterAll(async () => {
    await peers.disposeAsync();
  });

  test("the store shows the add-on with its picture and what it is for", async () => {
    await open("/config/apps/available", (shown) => shown.getByText("Tells whether a Homematic CCU is healthy"));
    await picture("addon-store");
  });

  test("starting it without an address is refused in words", async () => {
    await open(tab("info"), (shown) => shown.getByText("Current version"));
    await button("Start").click();
    await page.getByText("Missing required option 'host'").first().waitFor();
    await picture("addon-refused");
    table.add("Start without an address", "refused: Missing required option 'host'");
  });

  test("the address is the only thing to enter", async () => {
    await open(tab("config"), (shown) => shown.getByText("CCUs"));
    await button("Edit").click();
    await enterAddress("192.168.178.20");
    await picture("addon-configuration");
    await enterAddress(ContainerNetwork.GATEWAY);
    await dialog().getByRole("button", { name: "Save" }).click();
    await savedCcus([{ host: ContainerNetwork.GATEWAY }]);
    table.add("address entered in the form", "saved");
  });

  test("a second CCU can be entered in the form, and removed", async () => {
    await open(tab("config"), (shown) => shown.getByText("CCUs"));
    await button("Add").click();
    await enterAddress("192.168.178.21");
    await dialog().getByRole("button", { name: "Add", exact: true }).last().click();
    await savedCcus([{ host: ContainerNetwork.GATEWAY }, { host: "192.168.178.21" }]);
    await open(tab("config"), (shown) => shown.getByText("192.168.178.21"));
    await page.getByRole("button", { name: "Delete", exact: true }).last().click();
    await savedCcus([{ host: ContainerNetwork.GATEWAY }]);
    table.add("second CCU entered in the form, removed", "saved, saved");
  });

  test("the log says what is found, in the time of the home", async () => {
    // This CCU listens on a port of its own.
    home.addOn.setOptions(home.options);
    await open(tab("info"), (shown) => shown.getByText("Current version"));
    await button("Start").click();
    await eventually({ what: "the start", timeoutMs: 20_000, ask: () => home.addOn.state === "started" || undefined });
    const line = await home.addOn.process.waitForLine(/CCU: BidCos-RF: connected$/, 20_000);
    const inBerlin = new Date(Date.now() - 10_000).toLocaleString("sv-SE", { timeZone: "Europe/Berlin" });
    expect(line.slice(0, inBerlin.length) >= inBerlin).toBe(true);
    await open(tab("logs"), (shown) => shown.getByText("BidCos-RF: connected"));
    await picture("addon-log");
    table.add("Start, tab Log", "CCU: BidCos-RF: connected");
  });

  test("Open web UI leads to the page, within Home Assistant", async () => {
    await open(tab("info"), (shown) => shown.getByText("Running"));
    await button("Open Web UI").click();
    await frame().getByText("System health").first().waitFor();
    await frame().getByText("BidCos-RF").first().waitFor();
    await picture("addon-page");
    table.add("Open web UI", "page shown in Home Assistant");
  });

  test("the page installs the integration on a click, through ingress", async () => {
    const install = frame().getByRole("button", { name: "Install" });
    await install.scrollIntoViewIfNeeded();
    await picture("addon-install");
    await install.click();
    await home.addOn.process.waitForLine(/was copied into Home Assistant's configuration$/, 20_000);
    await frame().getByText("Restart Home Assistant").first().waitFor();
    await eventually({
      what: "the notification that asks for the restart",
      timeoutMs: 20_000,
      ask: async () => {
        const all = z.array(Notification).parse(await home.homeAssistant.call("persistent_notification/get"));
        return all.find(({ notification_id: id }) => id === "homematic_vitals_restart");
      },
    });
    table.add("Install on the page", "copied, restart asked for");
    await frame().getByRole("link", { name: TEXTS.en.companion.ways.system }).click();
    await page.waitForURL(`${home.homeAssistant.url}/config/system`);
    await page.getByText("Restart Home Assistant").or(page.locator("ha-config-system-navigation")).first().waitFor();
    table.add("Open System on the page", "Home Assistant shows System");
  });

  test("after the restart Home Assistant has discovered it, and the user confirms", async () => {
    await home.homeAssistant.restart();
    await open("/config/integrations/dashboard", (shown) => shown.getByText("Discovered"));
    await page.getByText("Homematic Vitals").first().waitFor();
    await picture("addon-discovered");
    await page.locator("ha-config-flow-card").getByRole("button", { name: "Add" }).click();
    await page.getByRole("button", { name: "Submit" }).click();
    await home.addOn.process.waitForLine(/publishing to Home Assistant/, 30_000);
    table.add("restart, discovered, Add, Submit", "publishing");
  });

  test("the sensors are there", async () => {
    await home.homeAssistant.waitForState(HEALTH, ({ state }) => Number.parseFloat(state) === 100, 15_000);
    const devices = z.array(Device).parse(await home.homeAssistant.call("config/device_registry/list"));
    const ccu = devices.find(({ name }) => name === "CCU");
    await open(`/config/devices/device/${ccu?.id}`, (shown) => shown.getByText("System health", { exact: true }));
    await picture("addon-device");
    table.add("device page", "sensors shown");
  });

  test("the documentation asks for no picture but those of these tests", async () => {
    await open(tab("documentation"), (shown) => shown.getByText("First run", { exact: true }));
    const images = page.locator("ha-markdown img");
    await images.first().waitFor();
    const sources = await images.evaluateAll((all) => all.map((image) => image.getAttribute("src")));
    expect(sources.map((source) => source?.split("/").at(-1)?.replace(".png", "")).toSorted()).toEqual([...pictures].toSorted());
  });

  test("uninstalling the add-on takes back the registration at the CCU and removes the integration's entry", async () => {
    const entries = async () => z.array(z.unknown()).parse(await home.homeAssistant.call("config_entries/get", { domain: DOMAIN }));
    expect(await entries()).toHaveLength(1);
    const { process } = home.addOn;
    await home.supervisor.uninstall();
    expect(await process.exited).toEqual({ code: 0, signal: null });
    expect(process.output).not.toMatch(/ ERROR /);
    await eventually({
      what: "the removal of the entry",
      timeoutMs: 20_000,
      ask: async () => ((await entries()).length === 0 ? true : undefined),
    });
    table.add("add-on uninstalled", "exit code 0, entry removed");
  });
});
