import { beforeEach, describe, expect, it } from "vitest";
import type { SimulatedInterfaceName } from "../../../src/simulator/index.ts";
import { XmlRpcClient } from "../../../src/xmlrpc/client.ts";
import { call, Listener, startWorld, until } from "./support.ts";

const CONNECT_LIMIT_MS = 127_000;

type World = Awaited<ReturnType<typeof startWorld>>;

async function registered(name: SimulatedInterfaceName = "HmIP-RF"): Promise<World> {
  const world = await startWorld(name, { reportScale: 1e6 });
  await call(world.simulated.port, "init", [world.listener.url, "me"]);
  await world.listener.received("newDevices");
  if (name === "BidCos-RF") await until(() => world.listener.events.some(({ parameter }) => parameter === "LOWBAT"));
  return world;
}

/** Over a connection of its own: one that a restart has cut is not used again. */
async function version(port: number): Promise<unknown> {
  using client = new XmlRpcClient({ host: "127.0.0.1", port });
  return await client.call("getVersion", []);
}

function say({ simulated }: World, value: number): void {
  simulated.sendEvent({ address: "X:1", parameter: "LEVEL", value });
}

const levels = ({ listener }: World): readonly unknown[] =>
  listener.events.filter(({ parameter }) => parameter === "LEVEL").map(({ value }) => value);

async function heard(world: World, value: number): Promise<void> {
  say(world, value);
  await until(() => levels(world).includes(value));
}

describe("PONG", () => {
  it("idCollision adds one that bears our id and is not ours", async () => {
    await using world = await registered();
    await world.simulated.set({ idCollision: true });
    await call(world.simulated.port, "ping", ["me#n-7"]);
    await until(() => world.listener.pongs.length === 2);
    expect(world.listener.pongs).toEqual(["me#n-7", "me#OtherClient-1"]);
  });

  it("lostPongPercent loses this share of them, the same ones by the same seed", async () => {
    const arrived = async (): Promise<readonly unknown[]> => {
      await using world = await registered();
      await world.simulated.set({ lostPongPercent: 40 });
      for (let n = 0; n < 100; n += 1) expect(await call(world.simulated.port, "ping", [`me#${n}`])).toBe(true);
      await world.simulated.set({ lostPongPercent: 0 });
      await call(world.simulated.port, "ping", ["last"]);
      await until(() => world.listener.pongs.includes("last"));
      return world.listener.pongs;
    };
    const first = await arrived();
    expect(first.length).toBeGreaterThan(45);
    expect(first.length).toBeLessThan(77);
    expect(await arrived()).toEqual(first);
  });
});

describe("callbacks", () => {
  it("refused makes init succeed at once though nobody was asked, and loses batches", async () => {
    await using world = await startWorld("BidCos-RF", { reportScale: 1e6 });
    await world.simulated.set({ callbacks: "refused" });
    expect(await call(world.simulated.port, "init", [world.listener.url, "me"])).toBe("");
    say(world, 1);
    await until(() => world.simulated.clients[0]?.failedBatches === 1);
    expect(world.listener.requests).toEqual([]);
    await world.simulated.set({ callbacks: "arrive" });
    await heard(world, 2);
  });

  it("stall makes init hold up everything for as long as two attempts to connect take", async () => {
    await using world = await startWorld("BidCos-RF", { reportScale: 1e6 });
    const { clock, simulated } = world;
    await simulated.set({ callbacks: "stall" });
    const order: string[] = [];
    const init = call(simulated.port, "init", [world.listener.url, "me"]).then(() => order.push("init"));
    await until(() => clock.pendingTimers === 1);
    const asked = call(simulated.port, "getVersion").then(() => order.push("getVersion"));
    await until(() => simulated.calls.length === 2);
    clock.advance(CONNECT_LIMIT_MS);
    await until(() => clock.pendingTimers === 1);
    expect(order).toEqual([]);
    clock.advance(CONNECT_LIMIT_MS);
    await Promise.all([init, asked]);
    expect(order).toEqual(["init", "getVersion"]);
  });

  it("stall ends with the CCU", async () => {
    await using world = await startWorld("BidCos-RF");
    await world.simulated.set({ callbacks: "stall" });
    const init = expect(call(world.simulated.port, "init", [world.listener.url, "me"])).rejects.toThrow();
    await until(() => world.clock.pendingTimers === 1);
    await world.ccu.stop();
    await init;
    expect(world.clock.pendingTimers).toBe(0);
  });
});

describe("eventForm", () => {
  it.each(["BidCos-RF", "HmIP-RF"] as const)("single sends each event of %s alone", async (name) => {
    await using world = await registered(name);
    const before = world.listener.requests.length;
    await world.simulated.set({ eventForm: "single" });
    world.simulated.burst(5);
    await until(() => world.listener.methods.slice(before).filter((method) => method === "event").length === 5);
  });

  it("multicall is how HmIP sends a single event as well", async () => {
    await using world = await registered();
    await world.simulated.set({ eventForm: "multicall" });
    await heard(world, 1);
    expect(world.listener.methods).not.toContain("event");
  });
});

describe("init", () => {
  it("initRejected is a fault and registers nobody", async () => {
    await using world = await startWorld("BidCos-RF");
    await world.simulated.set({ initRejected: true });
    await expect(call(world.simulated.port, "init", [world.listener.url, "me"])).rejects.toMatchObject({ faultCode: -1 });
    expect(world.simulated.clients).toEqual([]);
    expect(world.listener.requests).toEqual([]);
    expect(await call(world.simulated.port, "init", [world.listener.url, ""])).toBe("");
  });

  it("initWithoutEvents takes the events also from a client that registers again without having deregistered", async () => {
    await using world = await registered();
    await world.simulated.set({ initWithoutEvents: true });
    expect(await call(world.simulated.port, "init", [world.listener.url, "me"])).toBe("");
    expect(world.simulated.clients).toEqual([]);
  });
});

describe("another client takes our place", () => {
  it("at our URL: events bear its id until we have deregistered that URL", async () => {
    await using world = await registered();
    world.simulated.takeOver("url");
    await heard(world, 1);
    expect(world.listener.events.at(-1)?.id).toBe("OtherClient");
    await call(world.simulated.port, "init", [world.listener.url, "me"]);
    await heard(world, 2);
    expect(world.listener.events.at(-1)?.id).toBe("OtherClient");
    await call(world.simulated.port, "init", [world.listener.url, ""]);
    await call(world.simulated.port, "init", [world.listener.url, "me"]);
    await heard(world, 3);
    expect(world.listener.events.at(-1)?.id).toBe("me");
  });

  it("under our id: events go elsewhere, and ping stays true", async () => {
    await using world = await registered();
    world.simulated.takeOver("id");
    expect(await call(world.simulated.port, "ping", ["me#1"])).toBe(true);
    expect(world.simulated.clients).toEqual([]);
  });
});

describe("restart", () => {
  let world: World;
  beforeEach(async () => {
    world = await registered("BidCos-RF");
    return () => world[Symbol.asyncDispose]();
  });

  it("remembers its clients without asking them", async () => {
    const { listener, simulated } = world;
    const { port } = simulated;
    const before = listener.methods.length;
    await simulated.restart();
    expect(simulated.port).toBe(port);
    expect(simulated.clients).toEqual([{ url: listener.url, interfaceId: "me", queued: 0, dropped: 0, failedBatches: 0 }]);
    await heard(world, 1);
    expect(listener.methods.slice(before)).toEqual(["system.multicall"]);
  });

  it("forgets them where it is told to", async () => {
    await world.simulated.restart({ remembersClients: false });
    expect(world.simulated.clients).toEqual([]);
    expect(await version(world.simulated.port)).toEqual(expect.any(String));
  });

  it("comes back on another port and leaves the old one", async () => {
    const { simulated } = world;
    const { port } = simulated;
    await using other = await Listener.open();
    const elsewhere = Number(new URL(other.url).port);
    await other[Symbol.asyncDispose]();
    await simulated.restart({ port: elsewhere });
    expect(simulated.port).toBe(elsewhere);
    await expect(version(port)).rejects.toMatchObject({ code: "CONNECTION_REFUSED" });
    expect(await version(elsewhere)).toEqual(expect.any(String));
    await simulated.restart({ port: 0 });
    expect(await version(simulated.port)).toEqual(expect.any(String));
  });

  it("ends what is under way, so that nothing blocks the new process", async () => {
    const { listener, simulated, clock } = world;
    listener.answer = () => {};
    const hanging = expect(call(simulated.port, "init", [`${listener.url}/2`, "other"])).rejects.toThrow();
    await until(() => listener.methods.filter((method) => method === "system.listMethods").length === 2);
    await simulated.restart();
    await hanging;
    expect(await version(simulated.port)).toEqual(expect.any(String));
    expect(clock.pendingTimers).toBe(4);
  });

  it("stays closed while the port is refused", async () => {
    const { simulated } = world;
    await simulated.set({ mode: "refuse" });
    await simulated.restart();
    await expect(version(simulated.port)).rejects.toMatchObject({ code: "CONNECTION_REFUSED" });
    await simulated.set({ mode: "normal" });
    await heard(world, 1);
  });
});

it("CUxD gives its own name to every callback and tells no devices", async () => {
  await using world = await startWorld("CUxD", { reportScale: 1e6 });
  const { listener, simulated } = world;
  expect(await call(simulated.port, "init", [listener.url, "me"])).toBe("");
  await call(simulated.port, "ping", ["me#1"]);
  await until(() => listener.pongs.length === 1);
  expect(listener.events).toEqual([{ id: "CUxD", address: "CENTRAL", parameter: "PONG", value: "me#1" }]);
  expect(listener.requests.map(({ methodName, params }) => [methodName, params[0]])).toEqual([
    ["system.listMethods", "CUxD"],
    ["listDevices", "CUxD"],
    ["event", "CUxD"],
  ]);
  expect(await call(simulated.port, "listDevices")).toContainEqual(expect.objectContaining({ ADDRESS: "CUX2801001" }));
});

it("VirtualDevices may do without ping", async () => {
  await using world = await startWorld("VirtualDevices");
  await world.simulated.set({ pingUnsupported: true });
  await expect(call(world.simulated.port, "ping", ["me#1"], { path: "/groups" })).rejects.toMatchObject({ faultCode: -1 });
});

it("texts travel without a type, and empty ones as an empty value", async () => {
  await using world = await registered("BidCos-RF");
  world.simulated.sendEvent({ address: "X:1", parameter: "TEXT", value: "" });
  world.simulated.sendEvent({ address: "X:1", parameter: "TEXT", value: "Öl & Gas" });
  await until(() => world.listener.events.some(({ value }) => value === "Öl & Gas"));
  const wire = Buffer.concat(world.listener.bodies).toString("latin1");
  expect(wire).toContain("<value>TEXT</value><value></value>");
  expect(wire).toContain("<value>\xd6l &amp; Gas</value>");
  expect(wire).not.toContain("<string");
});
