import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { AddOnImage } from "../peers/add-on-image.ts";
import { freePort } from "../peers/free-port.ts";
import { HomeAssistant } from "../peers/home-assistant.ts";
import { repositoryRoot } from "../peers/paths.ts";
import type { PeerProcess } from "../peers/process.ts";
import { Pydevccu } from "../peers/pydevccu.ts";
import { Supervisor } from "../peers/supervisor.ts";
import { CheckTable } from "./check-table.ts";

const MAX_BYTES = 5 * 1024 * 1024;
const START_LIMIT_MS = 2_000;
const HEALTH = "sensor.ccu_system_health";

const Snapshot = z.object({ app: z.object({ callback: z.object({ host: z.string() }) }) });
const State = z.object({ instanceId: z.string(), ccus: z.array(z.object({ id: z.string() })) });

/** Where the image has the files of the companion, and their list. */
async function companionFiles(): Promise<readonly string[]> {
  const { stdout } = await promisify(execFile)("git", ["ls-files", "--", "custom_components"], { cwd: repositoryRoot });
  return ["files.json", ...stdout.trim().replaceAll("custom_components/", "").split("\n")].map((file) => `/app/companion/${file}`);
}

/** The add-on as the Supervisor runs it; the checks build on each other. */
describe("the image of the add-on", () => {
  const peers = new AsyncDisposableStack();
  const table = new CheckTable();
  let image: AddOnImage;
  let supervisor: Supervisor;
  let homeAssistant: HomeAssistant;
  let data: string;
  let webPort: number;
  let addOn: PeerProcess;

  const startAddOn = async (): Promise<void> => {
    addOn = peers.use(image.start({ data, env: { SUPERVISOR_TOKEN: supervisor.newToken(), TZ: "Europe/Berlin" } }));
    await addOn.waitForLine(/is running/, START_LIMIT_MS);
  };
  const healthIs = (value: number, timeoutMs: number) =>
    homeAssistant.waitForState(HEALTH, ({ state }) => Number.parseFloat(state) === value, timeoutMs);
  const stateFile = async () => State.parse(JSON.parse(await readFile(join(data, "state.json"), "utf8")));

  beforeAll(async () => {
    image = peers.use(await table.time("image built", () => AddOnImage.build({ supervisorAddress: Supervisor.ADDRESS })));
    homeAssistant = peers.use(await HomeAssistant.start());
    await homeAssistant.addConfigEntry("homematic_vitals");
    supervisor = peers.use(await Supervisor.start(homeAssistant));
    const ccu = peers.use(await Pydevccu.start());
    data = await mkdtemp(join(tmpdir(), "add-on-data-"));
    peers.defer(() => rm(data, { recursive: true, force: true }));
    webPort = await freePort();
    const options = {
      ccus: [{ host: "127.0.0.1", interfaces: [{ name: "BidCos-RF", port: ccu.port }] }],
      callback: { host: "", port: await freePort() },
      web: { host: "", port: webPort },
    };
    await writeFile(join(data, "options.json"), JSON.stringify(options), { mode: 0o600 });
  });

  afterAll(async () => {
    await peers.disposeAsync();
  });

  test("adds the bundle, its licences and the companion to the base, and nothing else", async () => {
    const files = await image.ownFiles();
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
    const response = await fetch(`http://127.0.0.1:${webPort}/api/snapshot`);
    const { app } = Snapshot.parse(await response.json());
    expect(app.callback.host).toBe(Supervisor.LAN_ADDRESS);
  });

  test("ends with exit code 0 on SIGTERM", async () => {
    expect(await table.time("SIGTERM -> exit", () => addOn.stop())).toEqual({ code: 0, signal: null });
    await homeAssistant.waitForState(HEALTH, "unavailable", 5_000);
  });

  test("is the same after a restart, which brings a new token", async () => {
    const before = await stateFile();
    expect(before.ccus).toHaveLength(1);
    await startAddOn();
    await healthIs(100, 15_000);
    expect(await stateFile()).toEqual(before);
    expect(addOn.output).not.toMatch(/ (WARN|ERROR) /);
  });
});
