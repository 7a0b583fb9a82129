import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createServer as createTcpServer } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { closedPort, listen } from "../../support/listening.ts";
import { ANY_PORT, Program, type ProgramOptions } from "./program.ts";

const SECRET = "geheim-4711";

let program: Program;
afterEach(() => program[Symbol.asyncDispose]());

function start(options: ProgramOptions = {}): Program {
  program = new Program(options);
  return program;
}

describe("without settings", () => {
  test("a simulated CCU is watched and shown where the program says", async () => {
    start({ env: ANY_PORT });
    const page = await program.page();
    const { app, ccus } = await program.until(
      ({ ccus: [ccu] }) =>
        ccu?.sensors.systemHealth.value === 100 && ccu.sensors.connectionLatency.value !== null && ccu.sensors.lastEventAge.value !== null,
    );
    expect(app.demo).toBe(true);
    expect(ccus[0]?.interfaces.map(({ name, state }) => [name, state])).toEqual([
      ["BidCos-RF", "connected"],
      ["HmIP-RF", "connected"],
    ]);
    expect((await fetch(page)).headers.get("content-type")).toContain("text/html");
    expect(await program.stop()).toMatchObject({ code: 0 });
  });
});

test.runIf(process.platform === "linux")("several names that hang do not take all threads for look-ups", async () => {
  start({ options: { ccus: [{ host: "localhost" }], callback: { port: 0 }, web: { port: 0 } } });
  await program.page();
  const threads = (): readonly string[] =>
    readdirSync(`/proc/${program.pid}/task`).map((id) => readFileSync(`/proc/${program.pid}/task/${id}/comm`, "utf8").trim());
  await expect.poll(() => threads().filter((name) => name === "libuv-worker").length).toBe(64);
  await program.stop();
});

describe("what cannot be started ends with exit code 1 and says why", () => {
  const nothingStarts = async (): Promise<string> => {
    expect(await program.exited).toEqual({ code: 1, signal: null });
    expect(program.output).not.toContain(SECRET);
    expect(program.output).not.toMatch(/^\s+at /m);
    return program.output;
  };

  test.each<[string, unknown, RegExp]>([
    ["no CCU", { ccus: [] }, /ccus: given an empty list, expected at least one CCU/],
    ["no host", { ccus: [{ password: SECRET }] }, /ccus\[0\]\.host: given nothing, expected a host name/],
    [
      "a password that is a number",
      { ccus: [{ host: "ccu", password: 4711 }] },
      /ccus\[0\]\.password: given a value of type number, expected text/,
    ],
    [
      "a port out of range",
      { ccus: [{ host: "ccu" }], web: { port: 70_000 } },
      /web\.port: given 70000 \(number\), expected a port number/,
    ],
    ["half of Home Assistant", { ccus: [{ host: "ccu" }], home_assistant: { token: SECRET } }, /home_assistant\.url is missing/],
    ["a list", [SECRET], /options: given a list, expected the settings/],
    ["JSON cut off in a password", `{ "ccus": [{ "host": "ccu", "password": "${SECRET}`, /is not valid JSON \(line 1 column \d+\)$/m],
    ["JSON with a password that has no quotes", `{ "ccus": [{ "host": "ccu", "password": ${SECRET} }] }`, /is not valid JSON$/m],
  ])("%s", async (_name, options, message) => {
    start({ options });
    expect(await nothingStarts()).toMatch(message);
  });

  test("an options file that is not there", async () => {
    start({ args: ["--options", "/nowhere/options.json"] });
    expect(await nothingStarts()).toMatch(/The options file \/nowhere\/options\.json cannot be read/);
  });

  test("an argument it does not know", async () => {
    start({ args: ["--verbose"] });
    expect(await nothingStarts()).toMatch(/--verbose/);
  });

  test.each(["callback", "web"] as const)("the port of %s is taken: nothing else is left open, nobody is called", async (taken) => {
    await using holder = await listen(createTcpServer());
    let calls = 0;
    await using peer = await listen(createServer().on("connection", () => (calls += 1)));
    const free = await closedPort();
    const ports = { callback: { port: free }, web: { port: free }, [taken]: { port: holder.port } };
    start({
      options: {
        ccus: [{ host: "127.0.0.1", interfaces: [{ name: "HmIP-RF", port: peer.port }] }],
        home_assistant: { url: `http://127.0.0.1:${peer.port}`, token: SECRET },
        ...ports,
      },
    });
    expect(await nothingStarts()).toMatch(new RegExp(`${holder.port}.*${taken}\\.port`));
    expect(calls).toBe(0);
  });
});

test("unknown settings are named in a warning and ignored, without their values", async () => {
  start({ options: { ccus: [{ host: "127.0.0.1", passwort: SECRET }], web: { port: 0 }, callback: { port: 0 }, colour: "red" } });
  await program.page();
  expect(program.output).toMatch(/WARN {2}Options: colour is not a known setting and is ignored/);
  expect(program.output).toMatch(/WARN {2}Options: ccus\[0\]\.passwort is not a known setting and is ignored/);
  expect(program.output).not.toContain(SECRET);
});

test("--help and --version start nothing", async () => {
  start({ args: ["--help"] });
  expect(await program.exited).toEqual({ code: 0, signal: null });
  expect(program.output).toContain("Usage: homematic-vitals [--options FILE]");
  await program[Symbol.asyncDispose]();
  start({ args: ["--version"] });
  expect(await program.exited).toEqual({ code: 0, signal: null });
  expect(program.lines).toHaveLength(1);
});
