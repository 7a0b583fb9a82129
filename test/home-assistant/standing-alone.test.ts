import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { AddOnImage } from "../peers/add-on-image.ts";
import { ContainerNetwork, forwardPort, requestFrom } from "../peers/container-network.ts";
import { eventually } from "../peers/eventually.ts";
import { HomeAssistant } from "../peers/home-assistant.ts";
import { repositoryRoot } from "../peers/paths.ts";
import type { PeerProcess } from "../peers/process.ts";
import { Pydevccu } from "../peers/pydevccu.ts";
import { readYaml } from "../peers/supervisor/manifest.ts";
import { CheckTable } from "./check-table.ts";

const HEALTH = "sensor.ccu_system_health";
const PAGE = `http://${ContainerNetwork.CONTAINER}:8099`;

const Compose = z.object({
  services: z.object({
    "homematic-vitals": z.object({ command: z.array(z.string()), environment: z.record(z.string(), z.string()) }),
  }),
});
const { command, environment } = Compose.parse(readYaml("compose.yaml")).services["homematic-vitals"];

/** The image as compose.yaml runs it, where nobody has a Supervisor. */
describe("without the Supervisor", () => {
  const peers = new AsyncDisposableStack();
  const table = new CheckTable();
  let image: AddOnImage;
  let folder: string;
  let options: object;
  let ccu: Pydevccu;

  /** `variables` are those of `.env`. */
  async function run(command: readonly string[], variables: Readonly<Record<string, string>> = {}): Promise<PeerProcess> {
    const entries = Object.entries(environment).map(([name, value]) => {
      const [, variable = ""] = /^\$\{(\w+):-\}$/.exec(value) ?? [];
      return [name, variable === "" ? value : (variables[variable] ?? "")] as const;
    });
    await writeFile(join(folder, "homematic-vitals.json"), JSON.stringify(options));
    const mounts = { "/data": join(folder, "data"), "/options.json": join(folder, "homematic-vitals.json") };
    return peers.use(image.start({ mounts, env: Object.fromEntries(entries), command }));
  }
  async function start(variables: Readonly<Record<string, string>>): Promise<PeerProcess> {
    const container = await run(command, variables);
    await container.waitForLine(/is running, its page is at http:\/\/localhost:8099$/, 10_000);
    return container;
  }
  const page = (path: string) => requestFrom({ from: ContainerNetwork.GATEWAY, url: `${PAGE}${path}` });
  const healthy = async (): Promise<void> => {
    await eventually({
      what: "System health 100 % on the page",
      timeoutMs: 20_000,
      ask: async () => (await page("/api/snapshot")).body.includes('"systemHealth":{"value":100') || undefined,
    });
  };

  beforeAll(async () => {
    image = peers.use(await AddOnImage.build());
    peers.use(await ContainerNetwork.create());
    folder = await mkdtemp(join(tmpdir(), "standing-alone-"));
    await mkdir(join(folder, "data"));
    peers.defer(() => rm(folder, { recursive: true }));
    ccu = peers.use(await Pydevccu.start());
    peers.use(await forwardPort({ host: ContainerNetwork.GATEWAY, port: ccu.port }, { host: "127.0.0.1", port: ccu.port }));
    options = { ccus: [{ host: ContainerNetwork.GATEWAY, interfaces: [`BidCos-RF:${ccu.port}`] }], web: { host: "0.0.0.0" } };
  });

  afterAll(async () => {
    await peers.disposeAsync();
  });

  test("and without Home Assistant there are the page and the figures", async () => {
    const container = await start({});
    await table.time("no Home Assistant: System health 100 % on the page", healthy);
    expect(await page("/")).toMatchObject({ status: 200, type: "text/html; charset=utf-8" });
    const metrics = await page("/metrics");
    expect(metrics.status).toBe(200);
    expect(metrics.body).toMatch(/^\w+_system_health_ratio\{[^}]*\} 1$/m);
    expect(await container.stop()).toEqual({ code: 0, signal: null });
    expect(container.output).not.toMatch(/ (WARN|ERROR) |Home Assistant/);
  });

  test("the doctor looks at the CCU beside the running program, with the command of docs/doctor.md", async () => {
    const container = await start({});
    await healthy();
    const document = await readFile(join(repositoryRoot, "docs", "doctor.md"), "utf8");
    const [, documented = ""] = /^docker compose run --rm homematic-vitals (.+) \S+$/m.exec(document) ?? [];
    const startedMs = performance.now();
    const doctor = await run([
      ...documented.split(" "),
      ContainerNetwork.GATEWAY,
      "--interface",
      `BidCos-RF:${ccu.port}`,
      "--seconds",
      "15",
    ]);
    expect(await doctor.exited).toEqual({ code: 0, signal: null });
    table.add("doctor in the image, no device reports", `${Math.round((performance.now() - startedMs) / 1_000)} s, exit code 0`);
    expect(doctor.output).toContain(`BidCos-RF (port ${ccu.port}): all well`);
    await healthy();
    expect(await container.stop()).toEqual({ code: 0, signal: null });
    expect(container.output).not.toMatch(/ (WARN|ERROR) /);
  });

  test("the sensors get into a Home Assistant by its address and a token", async () => {
    const homeAssistant = peers.use(await HomeAssistant.start());
    await homeAssistant.addConfigEntry("homematic_vitals");
    const { port } = new URL(homeAssistant.url);
    peers.use(await forwardPort({ host: ContainerNetwork.GATEWAY, port: Number(port) }, { host: "127.0.0.1", port: Number(port) }));
    const container = await start({
      HOME_ASSISTANT_URL: `http://${ContainerNetwork.GATEWAY}:${port}`,
      HOME_ASSISTANT_TOKEN: homeAssistant.token,
    });
    await table.time("address and token -> System health 100 %", () =>
      homeAssistant.waitForState(HEALTH, ({ state }) => Number.parseFloat(state) === 100, 20_000),
    );
    expect(await container.stop()).toEqual({ code: 0, signal: null });
    expect(container.output).not.toContain(homeAssistant.token);
  });

  test("half of a pair of settings is named, and nothing starts", async () => {
    await expect(start({ HOME_ASSISTANT_URL: "http://192.0.2.1:8123" })).rejects.toThrow("HOME_ASSISTANT_TOKEN is missing");
    table.add("address without token", "said, exit code 1");
  });
});
