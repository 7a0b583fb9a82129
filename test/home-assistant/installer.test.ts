import { access, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { AddOn, type AddOnSnapshot } from "../peers/add-on.ts";
import { eventually } from "../peers/eventually.ts";
import { HomeAssistant } from "../peers/home-assistant.ts";
import { installCompanion } from "../peers/home-assistant-config.ts";
import { repositoryRoot } from "../peers/paths.ts";
import { Pydevccu } from "../peers/pydevccu.ts";
import { CheckTable } from "./check-table.ts";
import { assembleAddOn, contentOf, DOMAIN, installEarlierRelease, stampVersion } from "./packed-companion.ts";

const SENSORS = ["sensor.ccu_system_health", "sensor.ccu_connection_latency", "sensor.ccu_last_event_age"];
const EARLIER = "0.0.9";
const LIMIT_MS = 60_000;

const Notification = z.object({ notification_id: z.string(), message: z.string() });
const Issues = z.object({ issues: z.array(z.object({ domain: z.string(), issue_id: z.string() })) });
const Manifest = z.object({ version: z.string() });

type Companion = NonNullable<AddOnSnapshot["companion"]>;

/** The integration's way into a real Home Assistant; the checks build on each other. */
describe("the companion integration", () => {
  const peers = new AsyncDisposableStack();
  const table = new CheckTable();
  let homeAssistant: HomeAssistant;
  let addOn: AddOn;
  let target: string;
  let version: string;

  const companion = async (): Promise<Companion> => (await addOn.snapshot()).companion ?? expect.fail("there is no companion");
  const reach = (state: string): Promise<Companion> =>
    eventually({
      what: `state ${state}`,
      timeoutMs: LIMIT_MS,
      ask: async () => {
        const found = await companion();
        return found.state === state ? found : undefined;
      },
    });
  const notice = async (): Promise<string | undefined> => {
    const all = z.array(Notification).parse(await homeAssistant.call("persistent_notification/get"));
    return all.find((entry) => entry.notification_id === "homematic_vitals_restart")?.message;
  };
  /** By whom: the notification is the add-on's, the repair the companion's once it runs. */
  const restartAskedForBy = async (): Promise<readonly string[]> => {
    const { issues } = Issues.parse(await homeAssistant.call("repairs/list_issues"));
    const repair = issues.some(({ domain, issue_id: id }) => domain === DOMAIN && id === "restart_required");
    return [...((await notice()) === undefined ? [] : ["notification"]), ...(repair ? ["repair"] : [])];
  };
  const sensorsExist = () =>
    Promise.all(SENSORS.map((id) => homeAssistant.waitForState(id, ({ state }) => state !== "unavailable", LIMIT_MS)));
  /** What the add-on brings along. */
  const packed = () => contentOf(join(repositoryRoot, "dist", "addon", "companion", DOMAIN));
  const installed = async () => {
    const files = new Map(await contentOf(target));
    files.delete(".written-by-add-on.json");
    return files;
  };

  beforeAll(async () => {
    const { main } = await assembleAddOn();
    homeAssistant = peers.use(await HomeAssistant.start({ companion: false }));
    target = join(homeAssistant.configDirectory, "custom_components", DOMAIN);
    const ccu = peers.use(await Pydevccu.start());
    version = Manifest.parse(
      JSON.parse(await readFile(join(repositoryRoot, "custom_components", DOMAIN, "manifest.json"), "utf8")),
    ).version;
    addOn = peers.use(
      await AddOn.start(
        {
          ccus: [{ host: "127.0.0.1", interfaces: [{ name: "BidCos-RF", port: ccu.port }] }],
          home_assistant: { url: homeAssistant.url, token: homeAssistant.token },
        },
        { main, env: { HOMEMATIC_VITALS_CONFIG_FOLDER: homeAssistant.configDirectory } },
      ),
    );
  });

  afterAll(async () => {
    await peers.disposeAsync();
  });

  test("is offered where it is absent, and nothing is written before the user asks for it", async () => {
    const { step, canInstall } = await table.time("absent -> offered on the page", () => reach("offered"));
    expect([step, canInstall]).toEqual([1, true]);
    await expect(access(target)).rejects.toMatchObject({ code: "ENOENT" });
  });

  test("is copied as a whole on the user's click, a plain form without a script, and a notification asks for the restart", async () => {
    const page = await (await fetch(addOn.url)).text();
    const [, action, token] = /<form method="post" action="([^"]+)"><input type="hidden" name="token" value="([^"]+)">/.exec(page) ?? [];
    await table.time("click -> copied, restart asked for", async () => {
      const answer = await fetch(new URL(action ?? "", addOn.url), { method: "POST", body: new URLSearchParams({ token: token ?? "" }) });
      expect([answer.redirected, answer.status]).toEqual([true, 200]);
      await reach("restart_pending");
    });
    expect(await installed()).toEqual(await packed());
    expect(await notice()).toContain("Restart Home Assistant");
    expect((await readdir(homeAssistant.configDirectory)).filter((name) => name.includes(DOMAIN))).toEqual([]);
  });

  test("can be added after the restart, and then the sensors exist", async () => {
    await table.time("restart -> ready to be confirmed", async () => {
      await homeAssistant.restart();
      const { step, versions } = await reach("not_added");
      expect([step, versions.installed]).toEqual([3, version]);
    });
    expect(await notice()).toBeUndefined();
    await table.time("added -> sensors exist", async () => {
      await homeAssistant.addConfigEntry(DOMAIN);
      await sensorsExist();
      expect(await reach("running")).toMatchObject({ step: 4, hint: null, versions: { installed: version, running: version } });
    });
  });

  test("of an earlier release is updated by itself, goes on until the restart and runs in the new version after it", async () => {
    await addOn.stop();
    await homeAssistant.stop();
    await rm(target, { recursive: true });
    await installEarlierRelease(homeAssistant.configDirectory, EARLIER);
    await homeAssistant.start();
    await addOn.start();
    await table.time("earlier release -> updated, restart asked for", async () => {
      expect(await reach("update_restart_pending")).toMatchObject({ versions: { installed: version, running: EARLIER } });
    });
    expect(await installed()).toEqual(await packed());
    await sensorsExist();
    const [by, ...others] = await restartAskedForBy();
    expect([by, others]).toEqual([expect.stringMatching(/^(notification|repair)$/), []]);
    table.add("restart asked for by", `one ${by}`);
    await table.time("restart -> new version runs", async () => {
      await homeAssistant.restart();
      expect(await reach("running")).toMatchObject({ versions: { installed: version, running: version } });
      await sensorsExist();
    });
    expect(await restartAskedForBy()).toEqual([]);
  });

  test("that somebody else installed stays byte for byte", async () => {
    await addOn.stop();
    await homeAssistant.stop();
    await installCompanion(homeAssistant.configDirectory);
    await stampVersion(target, EARLIER);
    const before = await contentOf(target);
    await homeAssistant.start();
    await addOn.start();
    await table.time("foreign copy -> named and left alone", async () => {
      expect(await reach("foreign")).toMatchObject({ canInstall: false, versions: { installed: EARLIER, running: EARLIER } });
    });
    expect(await contentOf(target)).toEqual(before);
    expect(await notice()).toBeUndefined();
  });

  test("has caused neither a warning nor an error in Home Assistant's log", () => {
    // Home Assistant warns of every custom integration.
    const complaints = homeAssistant
      .logText()
      .split("\n")
      .filter((line) => / (WARNING|ERROR) /.test(line) && line.includes(DOMAIN));
    expect(complaints.filter((line) => !line.includes("has not been tested by Home Assistant"))).toEqual([]);
    table.add("warnings and errors in Home Assistant's log", "none");
  });
});
