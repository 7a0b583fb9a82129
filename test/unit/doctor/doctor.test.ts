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

test("a failure of our own is not taken for a finding: exit code 4, and nothing stays registered", async () => {
  await simulated.set({ pingWithoutPong: true });
  const failing = `data:text/javascript,${encodeURIComponent(`
    import { Server } from "node:http";
    const { emit } = Server.prototype;
    Server.prototype.emit = function (event, request, ...rest) {
      if (event === "request" && !request.url.startsWith("/probe/")) setTimeout(() => { throw new TypeError("gone wrong") }, 100);
      return emit.call(this, event, request, ...rest);
    };
  `)}`;
  doctor([], { NODE_OPTIONS: `--import=${failing}` });
  expect(await program?.exited).toEqual({ code: 4, signal: null });
  expect(program?.output).toContain("Unexpected failure, please report it: TypeError: gone wrong");
  expect(simulated.calls.some(({ methodName }) => methodName === "init")).toBe(true);
});

test("whoever reads the report may go away: the registration is taken back, and the exit code still says what was found", async () => {
  doctor();
  program?.closeLog();
  program?.closeErrors();
  expect(await program?.exited).toEqual({ code: 0, signal: null });
  expect(simulated.calls.filter(({ methodName, params }) => methodName === "init" && params[1] === "")).not.toEqual([]);
});

test("what hangs does not keep it from ending once it has reported", async () => {
  doctor([], { NODE_OPTIONS: `--import=data:text/javascript,setInterval(()=>{},1e6)` });
  await program?.printed(/^All is well\.$/);
  expect(await program?.exited).toEqual({ code: 0, signal: null });
});

test("--help starts nothing", async () => {
  doctor(["--help"]);
  expect(await program?.exited).toEqual({ code: 0, signal: null });
  expect(program?.output).toContain("Usage: homematic-vitals doctor --host CCU [options]");
  expect(simulated.calls).toEqual([]);
});

describe.each<[name: NodeJS.Signals, exitCode: number]>([
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
])("%s takes back the registration", (name, exitCode) => {
  test(`and ends it with exit code ${exitCode}`, async () => {
    await simulated.set({ pingWithoutPong: true });
    const running = doctor();
    await running.printed(/registered; waiting/);
    expect(simulated.clients).toHaveLength(1);
    const stopping = running.stop(name);
    // Whoever is impatient presses it twice.
    running.signal(name);
    expect(await stopping).toMatchObject({ code: exitCode, signal: null });
    expect(running.output).toContain("Interrupted. Nothing is left registered");
  });
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
