import { describe, expect, it } from "vitest";
import { type MethodCall, XmlRpcDouble } from "../../../src/simulator/index.ts";
import { call, type Listener, politely, reply, startWorld, until } from "./support.ts";

describe.each(["BidCos-RF", "HmIP-RF"] as const)("init at %s", (name) => {
  it("calls back before it answers with an empty text, then brings all devices", async () => {
    await using world = await startWorld(name);
    const { listener, simulated } = world;
    expect(await call(simulated.port, "init", [listener.url, "me"])).toBe("");
    expect(listener.methods.slice(0, 2)).toEqual(["system.listMethods", "listDevices"]);
    await listener.received("newDevices");
    const brought = paramsOf(listener, "newDevices");
    expect(brought[0]).toBe("me");
    expect(brought[1]).toHaveLength((await listDevices(simulated.port)).length);
    expect(listener.methods).not.toContain("deleteDevices");
    expect(simulated.clients).toEqual([{ url: listener.url, interfaceId: "me", queued: 0, dropped: 0, failedBatches: 0 }]);
  });

  it("holds up every other call while the client lets it wait", async () => {
    await using world = await startWorld(name);
    const { listener, simulated } = world;
    const held: (() => void)[] = [];
    listener.answer = (received, response) => held.push(() => politely(received, response));
    const order: string[] = [];
    const init = call(simulated.port, "init", [listener.url, "me"]).then(() => order.push("init"));
    await listener.received("system.listMethods");
    const version = call(simulated.port, "getVersion").then(() => order.push("getVersion"));
    await until(() => simulated.calls.length === 2);
    world.clock.advance(600_000);
    held.shift()?.();
    await listener.received("listDevices");
    expect(order).toEqual([]);
    listener.answer = politely;
    held.shift()?.();
    await Promise.all([init, version]);
    expect(order).toEqual(["init", "getVersion"]);
  });

  it("goes on when the client cannot be reached", async () => {
    await using world = await startWorld(name);
    const { simulated, listener } = world;
    const { url } = listener;
    await listener[Symbol.asyncDispose]();
    expect(await call(simulated.port, "init", [url, "me"])).toBe("");
    expect(simulated.clients).toMatchObject([{ url, interfaceId: "me" }]);
  });

  it("refuses a URL that is none", async () => {
    await using world = await startWorld(name);
    await expect(call(world.simulated.port, "init", ["nonsense", "me"])).rejects.toMatchObject({ faultCode: -1 });
    expect(world.simulated.clients).toEqual([]);
  });

  it("with an empty id ends the registration and its connection", async () => {
    await using world = await startWorld(name);
    const { listener, simulated } = world;
    await call(simulated.port, "init", [listener.url, "me"]);
    simulated.burst(2);
    await until(() => listener.events.length >= 2 && listener.connections === 1);
    expect(await call(simulated.port, "init", [listener.url, ""])).toBe("");
    expect(simulated.clients).toEqual([]);
    await until(() => listener.connections === 0);
  });

  it("keeps the first id of a URL until it is deregistered", async () => {
    await using world = await startWorld(name);
    const { listener, simulated } = world;
    await call(simulated.port, "init", [listener.url, "first"]);
    await call(simulated.port, "init", [listener.url, "second"]);
    expect(simulated.clients).toMatchObject([{ interfaceId: "first" }]);
    simulated.sendEvent({ address: "X:1", parameter: "STATE", value: true });
    await until(() => listener.events.some((event) => event.address === "X:1"));
    expect(listener.events.find((event) => event.address === "X:1")?.id).toBe("first");
    await call(simulated.port, "init", [listener.url, ""]);
    await call(simulated.port, "init", [listener.url, "second"]);
    expect(simulated.clients).toMatchObject([{ interfaceId: "second" }]);
  });

  it("repeats what is wrong with the devices as events", async () => {
    await using world = await startWorld(name);
    const { listener, simulated } = world;
    const [first] = await listDevices(simulated.port);
    simulated.sendEvent({ address: `${first}:0`, parameter: "UNREACH", value: true });
    await call(simulated.port, "init", [listener.url, "me"]);
    await listener.received("system.multicall");
    expect(listener.events).toContainEqual({ id: "me", address: `${first}:0`, parameter: "UNREACH", value: true });
  });
});

describe("devices that the client lists", () => {
  it("are known to rfd by address and version", async () => {
    await using world = await startWorld("BidCos-RF");
    const { listener, simulated } = world;
    const [first, second, ...others] = await listDevices(simulated.port);
    listener.answer = (received, response) => {
      if (received.methodName !== "listDevices") return politely(received, response);
      const listed = [...others, "GONE"].map((ADDRESS) => ({ ADDRESS, VERSION: 1 }));
      reply(response, [...listed, { ADDRESS: second ?? "", VERSION: 7 }]);
    };
    await call(simulated.port, "init", [listener.url, "me"]);
    await Promise.all([listener.received("newDevices"), listener.received("deleteDevices")]);
    expect(paramsOf(listener, "deleteDevices")).toEqual(["me", ["GONE"]]);
    expect(paramsOf(listener, "newDevices")).toMatchObject(["me", [{ ADDRESS: first }, { ADDRESS: second }]]);
  });

  it("are replaced by HmIP unless every attribute is the same", async () => {
    await using world = await startWorld("HmIP-RF");
    const { listener, simulated } = world;
    const device = await call(simulated.port, "getDeviceDescription", ["0000D3C98F2E66"]);
    listener.answer = (received, response) => {
      if (received.methodName !== "listDevices") return politely(received, response);
      reply(response, [{ ...Object(device) }, { ADDRESS: "0000D3C98F2E66:1", VERSION: 1 }, "nonsense", new XmlRpcDouble(1)]);
    };
    await call(simulated.port, "init", [listener.url, "me"]);
    await Promise.all([listener.received("newDevices"), listener.received("deleteDevices")]);
    expect(paramsOf(listener, "deleteDevices")).toEqual(["me", ["0000D3C98F2E66:1"]]);
    const brought = addressesOf(paramsOf(listener, "newDevices")[1]);
    expect(brought).toContain("0000D3C98F2E66:1");
    expect(brought).not.toContain("0000D3C98F2E66");
  });
});

it("Homegear knows its clients by their id", async () => {
  await using world = await startWorld("Homegear");
  const { listener, simulated } = world;
  await call(simulated.port, "init", [listener.url, "me"]);
  expect(await call(simulated.port, "clientServerInitialized", ["me"])).toBe(true);
  simulated.dropClients();
  expect(await call(simulated.port, "clientServerInitialized", ["me"])).toBe(false);
});

async function listDevices(port: number): Promise<readonly string[]> {
  return addressesOf(await call(port, "listDevices"));
}

function addressesOf(devices: unknown): readonly string[] {
  return Array.isArray(devices) ? devices.map(({ ADDRESS }) => String(ADDRESS)) : [];
}

function paramsOf(listener: Listener, method: string): MethodCall["params"] {
  return listener.requests.find((request) => request.methodName === method)?.params ?? [];
}
