import { createServer } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { SimulatedCcu, type SimulatedInterface } from "../../../src/simulator/index.ts";
import type { AppStatus } from "../../../src/web/status.ts";
import { FakeCompanion } from "../../support/fake-companion.ts";
import { FakeHomeAssistant, SILENCE } from "../../support/fake-home-assistant.ts";
import { closedPort, listen } from "../../support/listening.ts";
import { Program } from "./program.ts";

const LIMIT_MS = 5_000;

let ccu: SimulatedCcu;
let simulated: SimulatedInterface;
let program: Program;

beforeEach(async () => {
  ccu = new SimulatedCcu({ interfaces: [{ name: "HmIP-RF" }], reportScale: 1e6 });
  await ccu.start();
  simulated = ccu.interface("HmIP-RF");
});

afterEach(async () => {
  await program[Symbol.asyncDispose]();
  await ccu.stop();
});

function start(options: object = {}, env: Readonly<Record<string, string>> = {}): void {
  program = new Program({
    env,
    options: {
      ccus: [{ host: "127.0.0.1", interfaces: [{ name: "HmIP-RF", port: simulated.port }] }],
      callback: { port: 0 },
      web: { port: 0 },
      ...options,
    },
  });
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

async function connected(): Promise<void> {
  await program.until(({ ccus: [hub] }) => hub?.interfaces[0]?.state === "connected" && hub.interfaces[0].paths.event.state === "ok");
}

async function endsWell(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
  const { code, tookMs } = await program.stop(signal);
  expect([code, program.lines.filter((line) => /ERROR|Warning|^\s+at /.test(line))]).toEqual([0, []]);
  expect(tookMs).toBeLessThan(LIMIT_MS);
}

describe("a signal ends the program with exit code 0 within 5 s, and no CCU knows it any more", () => {
  afterEach(() => expect(simulated.clients).toEqual([]));

  test("before it has opened its ports", async () => {
    start({ colour: "red" });
    await program.printed(/colour is not a known setting/);
    await endsWell();
  });

  test("while the CCU does not answer the first call", async () => {
    await simulated.set({ mode: "hang" });
    start();
    await program.until((status) => status.ccus[0]?.interfaces[0]?.state === "connecting");
    await endsWell();
  });

  test("while it looks for interfaces", async () => {
    start({ ccus: [{ host: "127.0.0.1" }] });
    await program.page();
    await endsWell();
  });

  test("while the CCU registers it", async () => {
    await simulated.set({ initNeverAnswers: true });
    start();
    await until(() => simulated.clients.length === 1);
    await endsWell();
  });

  test.each([1, 2, 3, 4, 5, 6])("when the CCU has got call number %i", async (count) => {
    start();
    await until(() => simulated.calls.length >= count);
    await endsWell();
  });

  test("while it waits for the next attempt", async () => {
    await simulated.set({ mode: "boot" });
    start();
    await program.printed(/not connected, trying again/);
    await endsWell();
  });

  test.each(["SIGTERM", "SIGINT"] as const)("while all is well: %s", async (signal) => {
    start();
    await connected();
    expect(simulated.clients).toHaveLength(1);
    await endsWell(signal);
    expect(program.lines.at(-1)).toMatch(/Stopping$/);
  });

  test("while all is well, with more signals on top", async () => {
    start();
    await connected();
    program.signal("SIGTERM");
    program.signal("SIGINT");
    await endsWell();
  });

  test("while Home Assistant takes the connection and says nothing", async () => {
    await using silent = await listen(createServer());
    start({ home_assistant: { url: `http://127.0.0.1:${silent.port}`, token: "a-token" } });
    await connected();
    await endsWell();
  });

  test("while Home Assistant does not answer the companion's first command", async () => {
    await using home = await FakeHomeAssistant.start();
    FakeCompanion.load(home);
    home.commands.set("homematic_vitals/hello", () => SILENCE);
    start({ home_assistant: home.target });
    await Promise.all([connected(), home.command("homematic_vitals/hello")]);
    await endsWell();
  });

  test("while it publishes, and Home Assistant is told goodbye", async () => {
    await using home = await FakeHomeAssistant.start();
    const companion = FakeCompanion.load(home);
    start({ home_assistant: home.target });
    await program.until((status) => status.homeAssistant.state === "publishing");
    await connected();
    await endsWell();
    expect(companion.goodbye).not.toBeNull();
  });
});

test("a CCU that hangs when the end comes does not keep the program", async () => {
  start();
  await connected();
  await simulated.set({ mode: "hang" });
  await endsWell();
});

test("a log that nobody reads any more ends nothing, and the end is as it should be", async () => {
  start();
  await program.until(({ ccus }) => ccus[0]?.interfaces[0]?.state === "connected");
  program.closeLog();
  const losses = (status: AppStatus): number | undefined => status.ccus[0]?.metrics.counters["client:HmIP-RF:connection_losses"];
  // A loss is written to the log.
  await simulated.set({ mode: "refuse" });
  await program.until((status) => (losses(status) ?? 0) > 0);
  await simulated.set({ mode: "normal" });
  expect((await program.stop()).code).toBe(0);
}, 40_000);

test("something that was left open does not keep the program either", async () => {
  start({}, { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent("setInterval(() => {}, 1_000);")}` });
  await connected();
  await endsWell();
  expect(simulated.clients).toEqual([]);
});

test("what a crash left registered is taken over by the next start, not doubled", async () => {
  start({ callback: { port: await closedPort() } });
  await connected();
  const [before] = simulated.clients;
  await program.stop("SIGKILL");
  expect(simulated.clients).toHaveLength(1);
  program.restart();
  await connected();
  expect(simulated.clients).toMatchObject([{ url: before?.url, interfaceId: before?.interfaceId }]);
});
