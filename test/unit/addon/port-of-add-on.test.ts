import { describe, expect, test } from "vitest";
import { HomematicError } from "../../../src/base/errors.ts";
import { CallbackGateway } from "../../../src/callback-gateway.ts";
import { CallbackServer } from "../../../src/ccu/callback-server.ts";
import { SupervisorClient } from "../../../src/homeassistant/supervisor-client.ts";
import { portOfAddOn } from "../../../src/port-of-add-on.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { RecordingLogger } from "../ccu/recording-logger.ts";
import { FakeSupervisor, scripted } from "./fake-supervisor.ts";

const SIGNAL = new AbortController().signal;
const silent = new HomematicError({
  code: "SUPERVISOR_FAILED",
  message: "The Supervisor did not give what was asked for: HTTP status 502",
});

function gatewayOf(publishedPort: () => Promise<number | null>, logger = new RecordingLogger()): CallbackGateway {
  const server = new CallbackServer({ host: "127.0.0.1", port: 8095, clock: new ManualClock(), logger });
  const findPort = portOfAddOn({ publishedPort, logger });
  const preflight = { check: async () => null };
  return new CallbackGateway({ server, configuredHost: "ha.local", findPort, preflight, clock: new ManualClock(), logger });
}

describe("the port that an add-on gives to CCUs", () => {
  test("is the one that the user gave it under Network, asked for each registration", async () => {
    const gateway = gatewayOf(scripted<number | null>(9_095, 9_096));
    expect(await gateway.urlFor("/a", "ccu", SIGNAL)).toBe("http://ha.local:9095/a");
    expect(await gateway.urlFor("/a", "ccu", SIGNAL)).toBe("http://ha.local:9096/a");
    expect(gateway.port).toBe(9_096);
  });

  test("is the own one while it is not open or the Supervisor does not say, with one warning each time that begins", async () => {
    const logger = new RecordingLogger();
    const gateway = gatewayOf(scripted<number | null>(null, null, 9_095, silent, silent), logger);
    const urls = [];
    for (let registration = 0; registration < 5; registration += 1) urls.push(await gateway.urlFor("/a", "ccu", SIGNAL));
    const own = "http://ha.local:8095/a";
    expect(urls).toEqual([own, own, "http://ha.local:9095/a", own, own]);
    expect(logger.lines).toEqual([
      "warn Port 8095 of the app is not open, so the CCU cannot report its events. Leave callback.port at 8095 and enter a port under Network",
      `warn ${silent.message}. CCUs are told to call port 8095; if no events arrive, leave the port under Network at 8095`,
    ]);
  });

  test("is not looked for any further when the program ends", async () => {
    const logger = new RecordingLogger();
    const gateway = gatewayOf(scripted<number | null>(new HomematicError({ code: "ABORTED" })), logger);
    await expect(gateway.urlFor("/a", "ccu", SIGNAL)).rejects.toMatchObject({ code: "ABORTED" });
    expect(logger.lines).toEqual([]);
  });
});

describe("the ports of the add-on as the Supervisor tells them", () => {
  test.each([
    [{ "8095/tcp": 9_095 }, 9_095],
    [{ "8095/tcp": null }, null],
    [{ "8095/udp": 9_095 }, null],
    [null, null],
  ])("%j opens 8095 as %j", async (network, published) => {
    await using supervisor = await FakeSupervisor.start();
    supervisor.answer = (response) => response.end(JSON.stringify({ result: "ok", data: { network } }));
    const client = new SupervisorClient({ url: supervisor.url, token: "token", clock: new ManualClock() });
    expect(await client.publishedPort(8_095, new AbortController().signal)).toBe(published);
    expect(supervisor.requests).toMatchObject([{ method: "GET", url: "/addons/self/info" }]);
  });

  test("are not guessed from an answer that says something else", async () => {
    await using supervisor = await FakeSupervisor.start();
    supervisor.answer = (response) => response.end(JSON.stringify({ result: "ok", data: { network: { "8095/tcp": "open" } } }));
    const client = new SupervisorClient({ url: supervisor.url, token: "token", clock: new ManualClock() });
    await expect(client.publishedPort(8_095, new AbortController().signal)).rejects.toMatchObject({ code: "SUPERVISOR_FAILED" });
  });
});
