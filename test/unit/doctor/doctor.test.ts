import { createServer } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../../../src/base/clock.ts";
import { silentLogger } from "../../../src/base/logger.ts";
import { openCallbackPort } from "../../../src/doctor/callback-port.ts";
import { SimulatedCcu, type SimulatedInterface } from "../../../src/simulator/index.ts";
import { listen } from "../../support/listening.ts";
import { Program } from "../app/program.ts";

const SECRET = "geheim-4711";

let ccu: SimulatedCcu;
let simulated: SimulatedInterface;
let program: Program | undefined;

beforeEach(async () => {
  ccu = new SimulatedCcu({ interfaces: [{ name: "VirtualDevices" }], reportScale: 1e6, username: "vitals", password: SECRET });
  await ccu.start();
  simulated = ccu.interface("VirtualDevices");
});

afterEach(async () => {
  await program?.[Symbol.asyncDispose]();
  expect(simulated.clients).toEqual([]);
  await ccu.stop();
});

/** It is never told to end: what it left open would keep it. */
function doctor(args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Program {
  const target = ["--host", "127.0.0.1", "--username", "vitals", "--interface", `VirtualDevices:${simulated.port}`];
  program = new Program({
    args: ["doctor", ...target, "--port-callback", "0", ...args],
    env: { HOMEMATIC_VITALS_PASSWORD: SECRET, ...env },
  });
  return program;
}

test("a CCU that is well: exit code 0 and a report in the language of the terminal", async () => {
  const { exited } = doctor([], { LANG: "de_DE.UTF-8" });
  expect(await exited).toEqual({ code: 0, signal: null });
  expect(program?.output).toContain(`VirtualDevices (Port ${simulated.port}): alles in Ordnung`);
  expect(program?.output).not.toContain(SECRET);
});

test("a report as JSON", async () => {
  doctor(["--json"]);
  expect(await program?.exited).toEqual({ code: 0, signal: null });
  const lines = program?.lines ?? [];
  expect(JSON.parse(lines.slice(lines.indexOf("{")).join("\n"))).toMatchObject({ verdict: "ok", interfaces: [{ proved: true }] });
});

test("a CCU that rejects the password: exit code 2, and the password is nowhere", async () => {
  doctor([], { HOMEMATIC_VITALS_PASSWORD: "falsch-4711" });
  expect(await program?.exited).toEqual({ code: 2, signal: null });
  expect(program?.output).toContain("(credentials_rejected)");
  expect(program?.output).not.toContain("falsch-4711");
}, 40_000);

test("wrong usage: exit code 3 and the reason", async () => {
  doctor(["--colour", "red"]);
  expect(await program?.exited).toEqual({ code: 3, signal: null });
  expect(program?.output).toContain("Unknown option '--colour'");
  expect(program?.output).not.toMatch(/^\s+at /m);
});

test("a port that somebody else uses is wrong usage as well", async () => {
  await using taken = await listen(createServer());
  doctor(["--callback-host", "127.0.0.1", "--port-callback", String(taken.port)]);
  expect(await program?.exited).toEqual({ code: 3, signal: null });
  expect(program?.output).toContain(`Port ${taken.port} is already in use: set the option --port-callback to a free one`);
});

test("--help starts nothing", async () => {
  doctor(["--help"]);
  expect(await program?.exited).toEqual({ code: 0, signal: null });
  expect(program?.output).toContain("Usage: homematic-vitals doctor --host CCU [options]");
  expect(simulated.calls).toEqual([]);
});

describe("Ctrl-C takes back the registration and ends it with exit code 130", () => {
  async function until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise((resolve) => setImmediate(resolve));
  }

  test("while the CCU registers it", async () => {
    await simulated.set({ initNeverAnswers: true });
    const running = doctor();
    await until(() => simulated.clients.length === 1);
    expect(await running.stop("SIGINT")).toMatchObject({ code: 130 });
    expect(running.output).toContain("Interrupted. Nothing is left registered");
  });

  test("while the CCU does not answer", async () => {
    await simulated.set({ mode: "hang" });
    const running = doctor();
    await running.printed(/Looking at 127\.0\.0\.1/);
    const { code, tookMs } = await running.stop("SIGINT");
    expect(code).toBe(130);
    expect(tookMs).toBeLessThan(5_000);
  });
});

test("without a wish for a port any other is taken where the usual one is in use", async () => {
  const context = { port: null, clock: systemClock, logger: silentLogger, signal: new AbortController().signal };
  await using first = await openCallbackPort(context);
  await using second = await openCallbackPort(context);
  expect(second.port).not.toBe(first.port);
});
