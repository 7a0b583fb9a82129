import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { AppArmorProfile } from "../peers/apparmor-profile.ts";
import { FileTrace } from "../peers/file-trace.ts";
import { repositoryRoot } from "../peers/paths.ts";
import { SupervisedHome } from "../peers/supervised-home.ts";
import { CheckTable } from "./check-table.ts";

const PROFILE = join(repositoryRoot, "addon", "apparmor.txt");
const HEALTH = "sensor.ccu_system_health";

/** What the program does not use in this test, with the reason why the profile allows it. */
const UNUSED_RULES = {
  "/etc/ld-musl-*.path": "Alpine, the published base, has musl instead of glibc",
};
/** The C library of the base in this test uses them, the published one does not; both do without. */
const GLIBC_SOCKETS = ["netlink raw", "unix stream"];
/** Used for an IPv6 CCU, and for names that are not in /etc/hosts. */
const UNUSED_NETWORKS = ["inet dgram", "inet6 dgram"];

describe("the AppArmor profile of the add-on", () => {
  const peers = new AsyncDisposableStack();
  const table = new CheckTable();
  let profile: AppArmorProfile;
  let trace: FileTrace;

  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), "trace-"));
    peers.defer(() => rm(folder, { recursive: true }));
    const home = peers.use(await SupervisedHome.create({ trace: folder }));
    home.addOn.setOptions(home.options);
    await home.homeAssistant.start();
    await home.homeAssistant.addConfigEntry("homematic_vitals");
    const healthIs = (value: number) => home.homeAssistant.waitForState(HEALTH, ({ state }) => Number.parseFloat(state) === value, 30_000);
    // A first start, an outage and the way back, and a start that finds what the first one left.
    await home.addOn.start();
    await healthIs(100);
    await home.ccu.stop();
    await healthIs(0);
    await home.ccu.start();
    await healthIs(100);
    expect((await home.addOn.get("/")).status).toBe(200);
    await home.addOn.stop();
    await home.addOn.start();
    await healthIs(100);
    await home.addOn.stop();
    trace = await FileTrace.read(folder, home.image.root);
    profile = await AppArmorProfile.read(PROFILE);
    table.add("rules for files, different accesses traced", `${profile.rules.length}, ${trace.accesses.length}`);
  });

  afterAll(async () => {
    table.print();
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

  test("lets write only what is written, named one by one", () => {
    const writable = profile.rules.filter(({ permissions }) => /[wakl]/.test(permissions));
    const written = trace.accesses.filter(({ permission }) => /[wkl]/.test(permission)).map(({ path }) => path);
    expect(writable.map(({ glob }) => glob).toSorted()).toEqual([...new Set(written)].toSorted());
    table.add("writable", writable.map(({ glob }) => glob).join(", "));
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
