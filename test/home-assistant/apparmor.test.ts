import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { AppArmorProfile } from "../peers/apparmor-profile.ts";
import { eventually } from "../peers/eventually.ts";
import { FileTrace } from "../peers/file-trace.ts";
import { repositoryRoot } from "../peers/paths.ts";
import { SupervisedHome } from "../peers/supervised-home.ts";
import type { InstalledAddOn } from "../peers/supervisor/add-on.ts";
import { CheckTable } from "./check-table.ts";
import { installEarlierRelease } from "./packed-companion.ts";

const PROFILE = join(repositoryRoot, "addon", "apparmor.txt");
const DOMAIN = "homematic_vitals";
const HEALTH = "sensor.ccu_system_health";

const COPIED = /was copied into Home Assistant's configuration$/;

/** What the program does not use in this test, with the reason why the profile allows it. */
const UNUSED_RULES = {
  "/etc/ld-musl-*.path": "Alpine, the published base, has musl instead of glibc",
};
/** The C library of the base in this test uses them, the published one does not; both do without. */
const GLIBC_SOCKETS = ["netlink raw", "unix stream"];
/** Used for an IPv6 CCU, and for names that are not in /etc/hosts. */
const UNUSED_NETWORKS = ["inet dgram", "inet6 dgram"];

const WRITABLE = [
  "/data/state.json",
  "/data/state.json.new",
  "/data/rhythms.json",
  "/data/rhythms.json.new",
  "/data/incidents.log",
  "/data/incidents.log.new",
  "/homeassistant/custom_components/",
  "/homeassistant/custom_components/homematic_vitals/{,**}",
  "/homeassistant/.homematic_vitals/{,**}",
];

async function clickInstall(addOn: InstalledAddOn): Promise<void> {
  const form = /<form method="post" action="(install-integration)"><input type="hidden" name="token" value="([^"]+)">/;
  const [, action = "", token = ""] = await eventually({
    what: "the offer to install the integration",
    timeoutMs: 30_000,
    ask: async () => form.exec((await addOn.get("/")).body) ?? undefined,
  });
  expect((await addOn.submit(`/${action}`, new URLSearchParams({ token }))).status).toBe(303);
  await addOn.process.waitForLine(COPIED, 30_000);
}

describe("the AppArmor profile of the add-on", () => {
  const peers = new AsyncDisposableStack();
  const table = new CheckTable();
  let profile: AppArmorProfile;
  let trace: FileTrace;

  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), "trace-"));
    peers.defer(() => rm(folder, { recursive: true }));
    const home = peers.use(await SupervisedHome.create({ trace: folder, core: { companion: false } }));
    const { addOn, homeAssistant } = home;
    const healthIs = (value: number) => homeAssistant.waitForState(HEALTH, ({ state }) => Number.parseFloat(state) === value, 30_000);
    addOn.setOptions(home.options);
    await homeAssistant.start();
    // The integration installed on a click, an outage and the way back.
    await addOn.start();
    await clickInstall(addOn);
    await homeAssistant.restart();
    await homeAssistant.addConfigEntry(DOMAIN);
    await healthIs(100);
    await home.ccu.stop();
    await healthIs(0);
    await home.ccu.start();
    await healthIs(100);
    await addOn.stop();
    // A start that finds what the first one left, and an integration of an earlier release.
    await rm(join(homeAssistant.configDirectory, "custom_components", DOMAIN), { recursive: true });
    await installEarlierRelease(homeAssistant.configDirectory, "0.0.9");
    await addOn.start();
    await addOn.process.waitForLine(COPIED, 30_000);
    await addOn.stop();
    trace = await FileTrace.read(folder, home.image.root);
    profile = await AppArmorProfile.read(PROFILE);
    table.add("rules for files, different accesses traced", `${profile.rules.length}, ${trace.accesses.length}`);
  });

  afterAll(async () => {
    await peers.disposeAsync();
  });

  test("is understood, and is one that the Supervisor can rename", async () => {
    const { stdout } = await promisify(execFile)("/usr/sbin/apparmor_parser", ["-Q", "-K", "-S", PROFILE], { encoding: "buffer" });
    expect(stdout.length).toBeGreaterThan(1_000);
    expect((await readFile(PROFILE, "utf8")).match(/^profile ([^ ]+)/gm)).toEqual(["profile homematic_vitals"]);
  });

  test("allows every access to a file of a full life", () => {
    expect(trace.accesses.map(({ path }) => path)).toEqual(
      expect.arrayContaining(["/usr/local/bin/node", "/app/main.mjs", "/data/options.json", "/data/state.json"]),
    );
    expect(trace.accesses.filter((access) => !profile.rules.some((rule) => rule.matches(access)))).toEqual([]);
  });

  test("allows nothing that is not used", () => {
    const unused = profile.rules.filter((rule) => !trace.accesses.some((access) => rule.matches(access)));
    expect(unused.map(({ glob }) => glob)).toEqual(Object.keys(UNUSED_RULES));
  });

  test("lets write only where is written, and these are all the places", () => {
    const writable = profile.rules.filter(({ permissions }) => /[wakl]/.test(permissions));
    const written = trace.accesses.filter(({ permission }) => /[wakl]/.test(permission));
    expect(writable.filter((rule) => !written.some((access) => rule.matches(access)))).toEqual([]);
    expect(writable.map(({ glob }) => glob)).toEqual(WRITABLE);
    table.add("writable", WRITABLE.join(", "));
  });

  test("starts no other program", () => {
    const executed = trace.accesses.filter(({ permission }) => permission === "x").map(({ path }) => path);
    expect(executed.toSorted()).toEqual(["/sbin/docker-init", "/usr/local/bin/node"]);
    expect(profile.rules.filter(({ permissions }) => permissions.includes("x"))).toHaveLength(executed.length);
  });

  test("allows the kinds of sockets that are used, and no capability", async () => {
    expect([...trace.sockets].filter((kind) => !GLIBC_SOCKETS.includes(kind) && !profile.networks.has(kind))).toEqual([]);
    expect([...profile.networks].filter((kind) => !trace.sockets.has(kind) && !UNUSED_NETWORKS.includes(kind))).toEqual([]);
    expect(await readFile(PROFILE, "utf8")).not.toMatch(/^\s*(?:capability|file|mount|ptrace|dbus|deny)\b/m);
  });
});
