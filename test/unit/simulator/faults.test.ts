import { once } from "node:events";
import { request } from "node:http";
import { connect } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { SimulatedMode } from "../../../src/simulator/index.ts";
import { call, startWorld, until } from "./support.ts";

let world: Awaited<ReturnType<typeof startWorld>>;

beforeEach(async () => {
  world = await startWorld("HmIP-RF", { interfaces: [{ name: "HmIP-RF" }, { name: "BidCos-RF" }], reportScale: 1e6 });
});
afterEach(() => world[Symbol.asyncDispose]());

async function register(): Promise<void> {
  await call(world.simulated.port, "init", [world.listener.url, "me"]);
  await world.listener.received("newDevices");
}

function ping(token: string): Promise<unknown> {
  return call(world.simulated.port, "ping", [token]);
}

/** All PONGs up to this one: the queue of a client keeps the order. */
async function pongsUpTo(token: string): Promise<readonly unknown[]> {
  expect(await ping(token)).toBe(true);
  await until(() => world.listener.pongs.includes(token));
  return world.listener.pongs;
}

/** All values of device events up to this one. */
async function valuesUpTo(value: number): Promise<readonly unknown[]> {
  say(value);
  await until(() => world.listener.events.some((event) => event.value === value));
  return world.listener.events.filter(({ parameter }) => parameter === "LEVEL").map((event) => event.value);
}

function say(value: number): void {
  world.simulated.sendEvent({ address: "X:1", parameter: "LEVEL", value });
}

/** Resolves to false if a call is still open when many on another interface, sent later, have come back. */
async function isAnswered(method: string, params: readonly unknown[]): Promise<boolean> {
  let answered = false;
  const mark = (): void => {
    answered = true;
  };
  call(world.simulated.port, method, params).then(mark, () => {});
  await othersCameBack();
  return answered;
}

async function othersCameBack(): Promise<void> {
  for (let n = 0; n < 20; n += 1) await call(world.ccu.interface("BidCos-RF").port, "getVersion");
}

async function rawPing(): Promise<{ status: number; type: string; text: string }> {
  const outgoing = request({ host: "127.0.0.1", port: world.simulated.port, method: "POST" });
  outgoing.end("<methodCall><methodName>ping</methodName><params><param><value>me#1</value></param></params></methodCall>");
  const [response] = await once(outgoing, "response");
  const text = Buffer.concat(await response.toArray()).toString();
  return { status: response.statusCode, type: response.headers["content-type"], text };
}

describe("mode", () => {
  it.each([
    ["boot", 503, "CCU not ready yet"],
    ["unauthorized", 401, "Unauthorized"],
    ["notFound", 404, "Not Found"],
    ["processDown", 502, "Bad Gateway"],
    ["html", 200, "WebUI"],
  ] as const)("%s answers %i with HTML until it is switched back", async (mode, status, words) => {
    await world.simulated.set({ mode });
    expect(world.simulated.faults.mode).toBe(mode);
    expect(await rawPing()).toEqual({ status, type: "text/html", text: expect.stringContaining(words) });
    await world.simulated.set({ mode: "normal" });
    expect(await ping("me#2")).toBe(true);
    expect(world.simulated.calls).toHaveLength(1);
  });

  it.each(["unauthorized", "notFound", "html"] as const)("%s leaves the event path alone", async (mode) => {
    await register();
    await world.simulated.set({ mode });
    expect(await valuesUpTo(1)).toEqual([1]);
  });

  it.each(["hang", "refuse", "processDown"] satisfies SimulatedMode[])(
    "%s sends nothing, and knows its clients afterwards",
    async (mode) => {
      await register();
      await world.simulated.set({ mode });
      say(1);
      await world.simulated.set({ mode: "normal" });
      expect(await valuesUpTo(2)).toEqual([2]);
    },
  );

  it("boot forgets the clients, while ping is true again", async () => {
    await register();
    await world.simulated.set({ mode: "boot" });
    await world.simulated.set({ mode: "normal" });
    expect(await ping("me#1")).toBe(true);
    expect(world.simulated.clients).toEqual([]);
    await register();
    expect(await pongsUpTo("me#2")).toEqual(["me#2"]);
  });

  it("hang takes calls and never answers", async () => {
    await world.simulated.set({ mode: "hang" });
    expect(await isAnswered("ping", ["me#1"])).toBe(false);
    await world.simulated.set({ mode: "normal" });
    expect(await isAnswered("ping", ["me#2"])).toBe(true);
  });

  it("refuse closes the port, cuts connections and comes back under the same port", async () => {
    const { port } = world.simulated;
    const open = connect(port, "127.0.0.1");
    await once(open, "connect");
    const cut = once(open, "close");
    await world.simulated.set({ mode: "refuse" });
    await cut;
    await expect(call(port, "ping", ["me#1"])).rejects.toMatchObject({ code: "ECONNREFUSED" });
    await world.simulated.set({ mode: "normal" });
    expect(world.simulated.port).toBe(port);
    expect(await ping("me#3")).toBe(true);
  });

  it("may be switched faster than the port follows", async () => {
    const switches = (["refuse", "normal", "refuse", "normal"] as const).map((mode) => world.simulated.set({ mode }));
    await Promise.all(switches);
    expect(await ping("me#1")).toBe(true);
  });
});

it("halfOpen sends the headers and nothing more, though the call is carried out", async () => {
  await register();
  await world.simulated.set({ halfOpen: true });
  const outgoing = request({ host: "127.0.0.1", port: world.simulated.port, method: "POST" });
  outgoing.end("<methodCall><methodName>ping</methodName><params><param><value>me#1</value></param></params></methodCall>");
  const [response] = await once(outgoing, "response");
  expect(response.statusCode).toBe(200);
  expect(Number(response.headers["content-length"])).toBeGreaterThan(0);
  let received = 0;
  response.on("data", (chunk: Buffer) => {
    received += chunk.length;
  });
  response.on("error", () => {});
  await until(() => world.listener.pongs.includes("me#1"));
  await othersCameBack();
  expect(received).toBe(0);
});

describe("init", () => {
  it("initNeverAnswers does everything else", async () => {
    await world.simulated.set({ initNeverAnswers: true });
    const answered = isAnswered("init", [world.listener.url, "me"]);
    await world.listener.received("newDevices");
    expect(await pongsUpTo("me#1")).toEqual(["me#1"]);
    expect(await answered).toBe(false);
  });

  it("initWithoutEvents calls back and answers, but nothing follows", async () => {
    await world.simulated.set({ initWithoutEvents: true });
    await register();
    expect(await ping("me#1")).toBe(true);
    expect(world.simulated.clients).toEqual([]);
    await world.simulated.set({ initWithoutEvents: false });
    await register();
    expect(await pongsUpTo("me#2")).toEqual(["me#2"]);
  });

  it("deleteDevicesStorm deletes everything that newDevices brings", async () => {
    await world.simulated.set({ deleteDevicesStorm: true });
    await register();
    await world.listener.received("deleteDevices");
    const [deleted, brought] = ["deleteDevices", "newDevices"].map(
      (method) => world.listener.requests.find((received) => received.methodName === method)?.params[1],
    );
    expect(deleted).toHaveLength(Array.isArray(brought) ? brought.length : -1);
    expect(deleted).toContain("0000D3C98F2E66");
  });
});

describe("PONG", () => {
  beforeEach(register);

  it("pingWithoutPong answers true and sends nothing", async () => {
    await world.simulated.set({ pingWithoutPong: true });
    expect(await ping("me#1")).toBe(true);
    await world.simulated.set({ pingWithoutPong: false });
    expect(await pongsUpTo("me#2")).toEqual(["me#2"]);
  });

  it("latePongMs delays it by the clock", async () => {
    await world.simulated.set({ latePongMs: 12_000 });
    await ping("me#1");
    world.clock.advance(11_999);
    await world.simulated.set({ latePongMs: 0 });
    expect(await pongsUpTo("me#2")).toEqual(["me#2"]);
    world.clock.advance(1);
    await until(() => world.listener.pongs.length === 2);
    expect(world.listener.pongs).toEqual(["me#2", "me#1"]);
  });

  it("duplicatePong sends it twice", async () => {
    await world.simulated.set({ duplicatePong: true });
    await ping("me#1");
    await world.simulated.set({ duplicatePong: false });
    expect(await pongsUpTo("me#2")).toEqual(["me#1", "me#1", "me#2"]);
  });

  it("foreignPong adds that of another client, also without the own", async () => {
    await world.simulated.set({ foreignPong: true });
    expect(await pongsUpTo("me#1")).toEqual(["me#1", "OtherClient#1"]);
    await world.simulated.set({ pingWithoutPong: true });
    await ping("me#2");
    await world.simulated.set({ foreignPong: false, pingWithoutPong: false });
    expect(await pongsUpTo("me#3")).toEqual(["me#1", "OtherClient#1", "OtherClient#1", "me#3"]);
  });
});

it("radioSilence silences the devices, not the PONGs", async () => {
  await register();
  await world.simulated.set({ radioSilence: true });
  say(1);
  world.simulated.burst(10);
  expect(await pongsUpTo("me#1")).toEqual(["me#1"]);
  expect(world.listener.events).toHaveLength(1);
  await world.simulated.set({ radioSilence: false });
  expect(await valuesUpTo(2)).toEqual([2]);
});

it("dropClients forgets everybody without a word, and ping stays true", async () => {
  await register();
  world.simulated.dropClients();
  expect(await ping("me#1")).toBe(true);
  expect(world.simulated.clients).toEqual([]);
  await register();
  expect(await pongsUpTo("me#2")).toEqual(["me#2"]);
});
