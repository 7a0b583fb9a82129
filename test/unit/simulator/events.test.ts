import { describe, expect, it } from "vitest";
import { encodeFault } from "../../../src/xmlrpc/encoder.ts";
import { call, Listener, politely, startWorld, until } from "./support.ts";

const DELIVERY_TIMEOUT_MS = 10_000;

const event = (value: number): { address: string; parameter: string; value: number } => ({ address: "X:1", parameter: "LEVEL", value });

/** A registered client that has heard all that follows an init; devices say nothing by themselves. */
async function registered(name: "BidCos-RF" | "HmIP-RF"): Promise<Awaited<ReturnType<typeof startWorld>>> {
  const world = await startWorld(name, { reportScale: 1e6 });
  const { listener, simulated } = world;
  await call(simulated.port, "init", [listener.url, "me"]);
  await listener.received("newDevices");
  if (name === "BidCos-RF") await until(() => listener.events.some(({ parameter }) => parameter === "LOWBAT"));
  return world;
}

describe("the form of events", () => {
  it("is always a multicall at rfd", async () => {
    await using world = await registered("BidCos-RF");
    world.simulated.sendEvent(event(1));
    await until(() => world.listener.events.some(({ value }) => value === 1));
    expect(world.listener.methods).not.toContain("event");
    expect(world.listener.headers.at(-1)).toMatchObject({ "content-type": "text/xml; charset=iso-8859-1" });
    expect(world.listener.headers.at(-1)?.["content-length"]).toBe(String(world.listener.bodies.at(-1)?.length));
  });

  it("is a single call for a single event at HmIP and a multicall for several", async () => {
    await using world = await registered("HmIP-RF");
    world.simulated.sendEvent(event(1));
    await world.listener.received("event");
    world.simulated.burst(3);
    await world.listener.received("system.multicall");
    expect(world.listener.events).toHaveLength(4);
  });

  it("carries umlauts in latin-1", async () => {
    await using world = await registered("BidCos-RF");
    world.simulated.sendEvent({ address: "X:1", parameter: "SUBMIT", value: "Gäste <&> Öl" });
    await until(() => world.listener.events.some(({ value }) => value === "Gäste <&> Öl"));
    expect(world.listener.bodies.at(-1)?.includes(Buffer.from("G\xe4ste", "latin1"))).toBe(true);
  });

  it("puts a burst of 200 into one request", async () => {
    await using world = await registered("BidCos-RF");
    const before = world.listener.requests.length;
    world.simulated.burst(200);
    await until(() => world.listener.events.length >= 200);
    expect(world.listener.requests.length - before).toBeLessThanOrEqual(2);
  });
});

describe("PONG", () => {
  it.each([
    ["BidCos-RF", "CENTRAL"],
    ["HmIP-RF", "CENTRAL:0"],
  ] as const)("of %s comes from %s and goes to every client under its own id", async (name, address) => {
    await using world = await registered(name);
    await using other = await Listener.open();
    await call(world.simulated.port, "init", [other.url, "other"]);
    await call(world.simulated.port, "ping", ["me#1"]);
    await until(() => world.listener.pongs.length === 1 && other.pongs.length === 1);
    expect(world.listener.events).toContainEqual({ id: "me", address, parameter: "PONG", value: "me#1" });
    expect(other.events).toContainEqual({ id: "other", address, parameter: "PONG", value: "me#1" });
  });
});

describe("the queue of a client", () => {
  it("holds 200 events while a request is under way and drops the oldest", async () => {
    await using world = await registered("BidCos-RF");
    const { listener, simulated } = world;
    let finish = (): void => {};
    listener.answer = (received, response) => {
      finish = () => politely(received, response);
    };
    const before = listener.requests.length;
    simulated.sendEvent(event(-1));
    await until(() => listener.requests.length === before + 1);
    for (let n = 0; n < 250; n += 1) simulated.sendEvent(event(n));
    await until(() => simulated.clients[0]?.dropped === 50);
    expect(simulated.clients[0]?.queued).toBe(200);
    listener.answer = politely;
    finish();
    await until(() => listener.requests.length === before + 2);
    expect(listener.events.slice(-200).map(({ value }) => value)).toEqual(Array.from({ length: 200 }, (_, n) => n + 50));
  });
});

describe("a client that does not answer", () => {
  it("is tried twice for 10 s each, then the batch is lost", async () => {
    await using world = await registered("BidCos-RF");
    const { listener, simulated, clock } = world;
    listener.answer = () => {};
    const before = listener.requests.length;
    simulated.sendEvent(event(1));
    await until(() => listener.requests.length === before + 1);
    const pendingTimers = clock.pendingTimers;
    clock.advance(DELIVERY_TIMEOUT_MS - 1);
    expect(clock.pendingTimers).toBe(pendingTimers);
    clock.advance(1);
    await until(() => listener.requests.length === before + 2);
    expect(listener.requests.at(-1)).toEqual(listener.requests.at(-2));
    clock.advance(DELIVERY_TIMEOUT_MS);
    await until(() => simulated.clients[0]?.failedBatches === 1);
    listener.answer = politely;
    simulated.sendEvent(event(2));
    await until(() => listener.events.some(({ value }) => value === 2));
    expect(listener.requests).toHaveLength(before + 3);
    await until(() => simulated.clients[0]?.failedBatches === 0);
  });

  it("is forgotten without a word after 10 lost batches, and ping stays true", async () => {
    await using world = await registered("BidCos-RF");
    const { listener, simulated } = world;
    const { url } = listener;
    await listener[Symbol.asyncDispose]();
    for (let n = 1; n <= 10; n += 1) {
      expect(simulated.clients).toMatchObject([{ url, failedBatches: n - 1 }]);
      simulated.sendEvent(event(n));
      await until(() => simulated.clients[0]?.failedBatches === n);
    }
    simulated.sendEvent(event(11));
    await until(() => simulated.clients.length === 0);
    expect(await call(simulated.port, "ping", ["me#1"])).toEqual([true]);
  });
});

describe("a client that answers badly", () => {
  it("has not taken what it answers with a fault; PONGs are no device events", async () => {
    await using world = await registered("BidCos-RF");
    const { listener, simulated } = world;
    simulated.burst(3);
    await until(() => simulated.delivered === 3);
    const fault = encodeFault({ code: -32_601, message: "no" });
    const before = listener.requests.length;
    listener.answer = (_received, response) => response.writeHead(200, { "Content-Length": fault.length }).end(fault);
    simulated.sendEvent(event(1));
    await until(() => listener.requests.length === before + 1);
    listener.answer = politely;
    await call(simulated.port, "ping", ["me#1"]);
    simulated.sendEvent(event(2));
    await until(() => listener.events.some(({ value }) => value === 2));
    // The next one is only sent once that one is taken, and is never answered itself.
    listener.answer = () => {};
    simulated.sendEvent(event(3));
    await until(() => listener.events.some(({ value }) => value === 3));
    expect(simulated.delivered).toBe(4);
  });

  it("loses the batch by a fault, which is neither counted nor forgiven", async () => {
    await using world = await registered("BidCos-RF");
    const { listener, simulated } = world;
    listener.answer = (_received, response) => response.writeHead(500, { "Content-Length": "0" }).end();
    simulated.sendEvent(event(1));
    await until(() => simulated.clients[0]?.failedBatches === 1);
    const before = listener.requests.length;
    const fault = encodeFault({ code: -32_601, message: "no" });
    listener.answer = (_received, response) => response.writeHead(200, { "Content-Length": fault.length }).end(fault);
    simulated.sendEvent(event(2));
    await until(() => listener.requests.length === before + 1);
    listener.answer = (_received, response) => response.writeHead(500, { "Content-Length": "0" }).end();
    simulated.sendEvent(event(3));
    await until(() => simulated.clients[0]?.failedBatches === 2);
    expect(listener.requests).toHaveLength(before + 3);
  });

  it.each([
    ["BidCos-RF", 1],
    ["HmIP-RF", 0],
  ] as const)("of %s without Content-Length makes %i failed batch", async (name, failedBatches) => {
    await using world = await registered(name);
    const { listener, simulated } = world;
    listener.answer = (_received, response) => {
      response.writeHead(200, { "Content-Type": "text/xml" });
      response.write("<methodResponse><params><param><value></value></param></params>");
      response.end("</methodResponse>");
    };
    const before = listener.requests.length;
    simulated.sendEvent(event(1));
    await until(() => listener.requests.length === before + 1 + failedBatches);
    listener.answer = politely;
    simulated.sendEvent(event(2));
    await until(() => listener.events.some(({ value }) => value === 2));
    expect(listener.requests).toHaveLength(before + 2 + failedBatches);
  });
});
