import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { eventually } from "../peers/eventually.ts";
import { SupervisedHome } from "../peers/supervised-home.ts";
import { CheckTable } from "./check-table.ts";

const run = promisify(execFile);
const HEALTHY = '"systemHealth":{"value":100';

/** What a user sees when the add-on finds something wrong around it, and that the rest goes on. No Home Assistant runs here. */
describe("the add-on in trouble", () => {
  const peers = new AsyncDisposableStack();
  const table = new CheckTable();
  let home: SupervisedHome;
  let disk: string;

  const warnings = (): readonly string[] =>
    home.addOn.process.output.split("\n").flatMap((line) => / (?:WARN|ERROR) +(.*)$/.exec(line)?.[1] ?? []);
  const healthy = async (): Promise<void> => {
    await eventually({
      what: "System health 100 % on the page",
      timeoutMs: 20_000,
      ask: async () => (await home.addOn.get("/api/snapshot")).body.includes(HEALTHY) || undefined,
    });
  };
  const exitWith = async (options: string | null): Promise<string> => {
    const file = join(home.data, "options.json");
    if (options === null) await rm(file);
    else await writeFile(file, options, { mode: 0o600 });
    const container = await home.addOn.startWithOptionsOnDisk();
    expect(await container.exited).toEqual({ code: 1, signal: null });
    await home.addOn.stop();
    return container.output;
  };

  beforeAll(async () => {
    // /data on a disk of its own that is small enough to be filled.
    disk = await mkdtemp(join(tmpdir(), "small-disk-"));
    peers.defer(() => rm(disk, { recursive: true }));
    await run("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", disk]);
    peers.defer(() => run("umount", ["--lazy", disk]).then(() => {}));
    home = peers.use(await SupervisedHome.create({ data: disk }));
    home.addOn.setOptions(home.options);
  });

  afterEach(async () => {
    if (home.addOn.state === "started") await home.addOn.stop();
    await run("mount", ["-o", "remount,rw", disk]);
    await rm(join(disk, "filler"), { force: true });
  });

  afterAll(async () => {
    await peers.disposeAsync();
  });

  test.each([
    ["a wrong value", { ccus: [{ host: "http://192.168.178.20" }] }, 'ccus[0].host: given "http://192.168.178.20", expected a host name'],
    ["no CCU", { ccus: [] }, "ccus: given an empty list, expected at least one CCU"],
    ["no options", {}, "ccus: given nothing, expected a list with at least one CCU"],
  ])("options with %s are named with what is expected, and nothing starts", async (_, options, message) => {
    const output = await exitWith(JSON.stringify(options));
    expect(output).toContain("The options are not valid:");
    expect(output).toContain(message);
    expect(output.split("\n").length).toBeLessThan(5);
    table.add(`options: ${message.slice(0, 60)}`, "said, exit code 1");
  });

  test("an options file that is broken is named without its secrets, and nothing starts", async () => {
    const output = await exitWith('{ "ccus": [{ "host": "ccu", "password": "geheim" }');
    expect(output).toMatch(/^The options file \/data\/options\.json is not valid JSON/);
    expect(output).not.toContain("geheim");
    table.add("options: broken JSON", "said, exit code 1");
  });

  test("an options file that is missing is named, and nothing starts", async () => {
    expect(await exitWith(null)).toMatch(/^The options file \/data\/options\.json cannot be read: /);
    table.add("options: no file", "said, exit code 1");
  });

  test("without a Supervisor the CCU is watched, with one warning for each thing that is missing", async () => {
    await home.supervisor.close();
    await home.addOn.start();
    await healthy();
    await home.supervisor.open();
    expect(warnings().toSorted()).toEqual([
      expect.stringMatching(/^Home Assistant cannot be reached at supervisor \(ECONNREFUSED\)/),
      expect.stringMatching(/^The Supervisor did not give .*ECONNREFUSED\. CCUs are told to call 172\.30\.33\.5; .* set callback\.host/),
      expect.stringMatching(/^The Supervisor did not give .*ECONNREFUSED\. CCUs are told to call port 8095; .* under Network at 8095$/),
    ]);
    table.add("Supervisor not reachable", "three warnings, CCU watched");
  });

  test("a Home Assistant that does not run is waited for in silence", async () => {
    await home.addOn.start();
    await healthy();
    expect(warnings()).toEqual([]);
    expect((await home.addOn.get("/api/snapshot")).body).toContain('"homeAssistant":{"state":"waiting"');
    table.add("Home Assistant not running", "no warning, CCU watched");
  });

  test("a full disk loses no identity and stops nothing", async () => {
    const before = await readFile(join(home.data, "state.json"), "utf8");
    await run("sh", ["-c", `dd if=/dev/zero of='${disk}/filler' bs=4k status=none || true`]);
    await home.addOn.startWithOptionsOnDisk();
    await home.addOn.process.waitForLine(/is running/, 10_000);
    await healthy();
    expect(warnings()).toEqual([
      expect.stringMatching(/^The state file \/data\/state\.json cannot be written, .*no space left/i),
      expect.stringMatching(/^The incident record \/data\/incidents\.log cannot be written: .*no space left/i),
    ]);
    expect(await readFile(join(home.data, "state.json"), "utf8")).toBe(before);
    expect(await home.addOn.stop()).toEqual({ code: 0, signal: null });
    table.add("/data full", "one warning a file, CCU watched, identity kept");
  });

  test("a disk that cannot be written stops nothing", async () => {
    await run("mount", ["-o", "remount,ro", disk]);
    await home.addOn.startWithOptionsOnDisk();
    await home.addOn.process.waitForLine(/is running/, 10_000);
    await healthy();
    expect(warnings()).toEqual([
      expect.stringMatching(/^The state file \/data\/state\.json cannot be written, .*read-only/i),
      expect.stringMatching(/^The incident record \/data\/incidents\.log cannot be written: .*read-only/i),
    ]);
    expect(await home.addOn.stop()).toEqual({ code: 0, signal: null });
    table.add("/data read-only", "one warning a file, CCU watched");
  });

  test("a callback port that is closed under Network is named with the remedy", async () => {
    home.addOn.setPorts({ "8095/tcp": null });
    await home.addOn.start();
    await home.addOn.process.waitForLine(/Port 8095 of the app is not open, .* enter a port under Network$/, 10_000);
    table.add("callback port not open under Network", "one warning");
  });
});
