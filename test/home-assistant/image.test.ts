import { globSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { ContainerNetwork } from "../peers/container-network.ts";
import { repositoryRoot } from "../peers/paths.ts";
import { SupervisedHome } from "../peers/supervised-home.ts";
import { CheckTable } from "./check-table.ts";
import { DOMAIN, filesBelow } from "./packed-companion.ts";

const MAX_BYTES = 5 * 1024 * 1024;
const START_LIMIT_MS = 2_000;
const STOP_LIMIT_MS = 5_000;
const HEALTH = "sensor.ccu_system_health";

const Snapshot = z.object({ app: z.object({ callback: z.object({ host: z.string(), port: z.number() }) }) });
const State = z.object({ instanceId: z.string(), ccus: z.array(z.object({ id: z.string() })) });

/** Where the image has the files of the companion, and their list. */
async function companionFiles(): Promise<readonly string[]> {
  const files = await filesBelow(join(repositoryRoot, "custom_components", DOMAIN));
  return ["/app/companion/files.json", ...files.map((file) => `/app/companion/${DOMAIN}/${file}`)];
}

/** The add-on as the Supervisor runs it; the checks build on each other. */
describe("the image of the add-on", () => {
  const peers = new AsyncDisposableStack();
  const table = new CheckTable();
  let home: SupervisedHome;

  const startAddOn = async (): Promise<void> => {
    const startedMs = performance.now();
    await home.addOn.start();
    expect(performance.now() - startedMs).toBeLessThan(START_LIMIT_MS);
  };
  const healthIs = (value: number, timeoutMs: number) =>
    home.homeAssistant.waitForState(HEALTH, ({ state }) => Number.parseFloat(state) === value, timeoutMs);
  const stateFile = async () => State.parse(JSON.parse(await readFile(join(home.data, "state.json"), "utf8")));

  beforeAll(async () => {
    home = peers.use(await table.time("image built, Supervisor and CCU started", () => SupervisedHome.create()));
    await home.homeAssistant.start();
    await home.homeAssistant.addConfigEntry("homematic_vitals");
    home.addOn.setOptions(home.options);
  });

  afterAll(async () => {
    await peers.disposeAsync();
  });

  test("is built from a folder that holds all it needs, and that a Home Assistant can build by itself", async () => {
    const folder = join(repositoryRoot, "dist", "addon");
    expect((await readdir(folder)).toSorted()).toEqual(
      [...(await readdir(join(repositoryRoot, "addon"))), "LICENSES.txt", "companion", "main.mjs"].toSorted(),
    );
    // With an image the Supervisor would pull that one, and a second manifest would be a second add-on.
    expect(await readFile(join(folder, "config.yaml"), "utf8")).not.toMatch(/^image:/m);
    expect(globSync("**/config.{json,yaml,yml}", { cwd: folder })).toEqual(["config.yaml"]);
    const licences = await readFile(join(folder, "LICENSES.txt"), "utf8");
    for (const name of ["homematic-vitals", "ws", "zod", "pino", "home-assistant-js-websocket", "homematic-xmlrpc"]) {
      expect(licences).toMatch(new RegExp(`^${name} \\d`, "m"));
    }
  });

  test("adds the bundle, its licences and the companion to the base, and nothing else", async () => {
    const files = await home.image.ownFiles();
    expect([...files.keys()].toSorted()).toEqual(["/app/LICENSES.txt", ...(await companionFiles()), "/app/main.mjs"].toSorted());
    const bytes = [...files.values()].reduce((sum, size) => sum + size, 0);
    table.add("image content beside the base", `${(bytes / 1024 / 1024).toFixed(2)} MiB`);
    expect(bytes).toBeLessThan(MAX_BYTES);
  });

  test("starts on a read-only root and brings the sensors into Home Assistant by way of the Supervisor", async () => {
    await table.time("start of the image", startAddOn);
    await table.time("running -> System health 100 %", () => healthIs(100, 15_000));
  });

  test("has the CCU call the address of the machine, which only the Supervisor knows", async () => {
    const { app } = Snapshot.parse(JSON.parse((await home.addOn.get("/api/snapshot")).body));
    expect(app.callback).toEqual({ host: ContainerNetwork.LAN, port: 8_095 });
  });

  test("ends with exit code 0 on SIGTERM, which Docker's init passes on", async () => {
    const startedMs = performance.now();
    expect(await table.time("SIGTERM -> exit code 0", () => home.addOn.stop())).toEqual({ code: 0, signal: null });
    expect(performance.now() - startedMs).toBeLessThan(STOP_LIMIT_MS);
    await home.homeAssistant.waitForState(HEALTH, "unavailable", 5_000);
  });

  test("is the same after a restart, which brings a new token", async () => {
    const [before, token] = [await stateFile(), home.addOn.token];
    expect(before.ccus).toHaveLength(1);
    await startAddOn();
    expect(home.addOn.token).not.toBe(token);
    await healthIs(100, 15_000);
    expect(await stateFile()).toEqual(before);
    expect(home.addOn.process.output).not.toMatch(/ (WARN|ERROR) /);
  });

  test("has the CCU call another port of the machine when the user enters one under Network", async () => {
    await home.addOn.stop();
    home.addOn.setPorts({ "8095/tcp": 9_095 });
    await startAddOn();
    await table.time("port 9095 under Network -> System health 100 %", () => healthIs(100, 15_000));
    const { app } = Snapshot.parse(JSON.parse((await home.addOn.get("/api/snapshot")).body));
    expect(app.callback).toEqual({ host: ContainerNetwork.LAN, port: 9_095 });
  });
});
