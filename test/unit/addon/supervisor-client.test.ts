import type { ServerResponse } from "node:http";
import { describe, expect, test } from "vitest";
import { HomematicError } from "../../../src/base/errors.ts";
import { SupervisorClient } from "../../../src/homeassistant/supervisor-client.ts";
import { closedPort } from "../../support/listening.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { FakeSupervisor, networkInfo } from "./fake-supervisor.ts";

const TOKEN = "token-of-this-start";
const FOREVER = new AbortController().signal;

const clientOf = (url: string, clock = new ManualClock()): SupervisorClient => new SupervisorClient({ url, token: TOKEN, clock });

describe("the address of the machine", () => {
  test("is the one of the primary interface, asked with the token", async () => {
    await using supervisor = await FakeSupervisor.start();
    supervisor.answer = networkInfo(
      { name: "wlan0", addresses: ["10.0.0.5/8"] },
      { name: "end0", primary: true, addresses: ["192.168.178.30/24", "192.168.179.30/24"] },
    );
    expect(await clientOf(supervisor.url).lanAddress(FOREVER)).toBe("192.168.178.30");
    expect(supervisor.requests).toMatchObject([{ method: "GET", url: "/network/info", headers: { authorization: `Bearer ${TOKEN}` } }]);
  });

  test("is the one of another interface when the primary one has none or there is no primary one", async () => {
    await using supervisor = await FakeSupervisor.start();
    const wlan = { name: "wlan0", addresses: ["10.0.0.5/8"] };
    for (const end of [
      { name: "end0", primary: true, addresses: null },
      { name: "end0", primary: true, addresses: [] },
      { name: "end0", primary: true, connected: false, addresses: ["192.168.178.30/24"] },
    ]) {
      supervisor.answer = networkInfo(end, wlan);
      expect(await clientOf(supervisor.url).lanAddress(FOREVER)).toBe("10.0.0.5");
    }
  });

  test("is unknown where the Supervisor does not manage the network", async () => {
    await using supervisor = await FakeSupervisor.start();
    supervisor.answer = networkInfo();
    await expect(clientOf(supervisor.url).lanAddress(FOREVER)).rejects.toMatchObject({
      code: "SUPERVISOR_FAILED",
      message: expect.stringContaining("it knows no IPv4 address of this machine"),
    });
  });
});

const json = (status: number, body: object) => (response: ServerResponse) => response.writeHead(status).end(JSON.stringify(body));

describe("the add-on's own name", () => {
  test("is the full slug", async () => {
    await using supervisor = await FakeSupervisor.start();
    supervisor.answer = json(200, {
      result: "ok",
      data: { name: "Homematic Vitals", slug: "a0d7b954_homematic_vitals", state: "started" },
    });
    expect(await clientOf(supervisor.url).ownSlug(FOREVER)).toBe("a0d7b954_homematic_vitals");
    expect(supervisor.requests).toMatchObject([{ method: "GET", url: "/addons/self/info" }]);
  });

  test("is none when it could lead anywhere else", async () => {
    await using supervisor = await FakeSupervisor.start();
    supervisor.answer = json(200, { result: "ok", data: { slug: "../config" } });
    await expect(clientOf(supervisor.url).ownSlug(FOREVER)).rejects.toMatchObject({ code: "SUPERVISOR_FAILED" });
  });
});

describe("the announcement of the integration", () => {
  const message = { service: "homematic_vitals", config: { instance_id: "1", announcement: "2" } };

  test("is posted with the token", async () => {
    await using supervisor = await FakeSupervisor.start();
    supervisor.answer = json(200, { result: "ok", data: { uuid: "1f0c4ba4a0d04a5b9c5b3b6f2f6d6d6d" } });
    await clientOf(supervisor.url).announce(message, FOREVER);
    const [request] = supervisor.requests;
    expect(request).toMatchObject({ method: "POST", url: "/discovery", headers: { authorization: `Bearer ${TOKEN}` } });
    expect(JSON.parse(request?.body ?? "")).toEqual(message);
  });

  test.each([400, 401, 403])("that is refused with %i tells the status", async (status) => {
    await using supervisor = await FakeSupervisor.start();
    supervisor.answer = json(status, { result: "error", message: "no" });
    await expect(clientOf(supervisor.url).announce(message, FOREVER)).rejects.toMatchObject({
      code: "SUPERVISOR_FAILED",
      context: { status },
    });
  });
});

describe("a Supervisor that", () => {
  const text = (status: number, body: string) => (response: ServerResponse) => response.writeHead(status).end(body);
  const failures: readonly [name: string, answer: (response: ServerResponse) => void, reason: RegExp][] = [
    ["is starting", text(502, "Bad Gateway"), /HTTP status 502$/],
    ["rejects the token", text(401, '{"result":"error","message":"no"}'), /HTTP status 401$/],
    ["answers with HTML", text(200, "<html></html>"), /it answered something unexpected$/],
    ["answers with other JSON", text(200, '{"result":"ok","data":{}}'), /it answered something unexpected$/],
    ["answers with what is no address", networkInfo({ name: "end0", addresses: ["fe80::1/64"] }), /it answered something unexpected$/],
    ["sends the token elsewhere", (response) => response.writeHead(302, { location: "/" }).end(), /HTTP status 302$/],
    ["breaks the connection", (response) => response.destroy(), /UND_ERR_SOCKET|ECONNRESET/],
  ];

  test.each(failures)("%s is named as the reason", async (_name, answer, reason) => {
    await using supervisor = await FakeSupervisor.start();
    supervisor.answer = answer;
    const failure = await clientOf(supervisor.url)
      .lanAddress(FOREVER)
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "SUPERVISOR_FAILED", message: expect.stringMatching(reason) });
    expect(String(failure)).not.toContain(TOKEN);
  });

  test("is not there is named as the reason", async () => {
    const client = clientOf(`http://127.0.0.1:${await closedPort()}`);
    await expect(client.lanAddress(FOREVER)).rejects.toMatchObject({
      code: "SUPERVISOR_FAILED",
      message: expect.stringMatching(/ECONNREFUSED$/),
    });
  });

  test("hangs is given up after 3 s", async () => {
    await using supervisor = await FakeSupervisor.start();
    const asked = supervisor.hang();
    const clock = new ManualClock();
    const answer = clientOf(supervisor.url, clock).lanAddress(FOREVER);
    const failure = expect(answer).rejects.toMatchObject({
      code: "SUPERVISOR_FAILED",
      message: expect.stringMatching(/no answer within 3 s$/),
    });
    await asked;
    clock.advance(3_000);
    await failure;
    expect(clock.pendingTimers).toBe(0);
  });

  test("hangs does not hold up the end of the program", async () => {
    await using supervisor = await FakeSupervisor.start();
    const asked = supervisor.hang();
    const program = new AbortController();
    const clock = new ManualClock();
    const answer = clientOf(supervisor.url, clock).lanAddress(program.signal);
    const failure = expect(answer).rejects.toMatchObject({ code: "ABORTED" });
    await asked;
    program.abort(new HomematicError({ code: "ABORTED" }));
    await failure;
    expect(clock.pendingTimers).toBe(0);
  });
});
