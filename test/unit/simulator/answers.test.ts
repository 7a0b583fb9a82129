import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ErrorCode } from "../../../src/base/errors.ts";
import type { SimulatedFaults } from "../../../src/simulator/index.ts";
import { XmlRpcClient } from "../../../src/xmlrpc/client.ts";
import { call, startWorld, until } from "./support.ts";

let world: Awaited<ReturnType<typeof startWorld>>;
let client: XmlRpcClient;

beforeEach(async () => {
  world = await startWorld("HmIP-RF", { reportScale: 1e6 });
  client = new XmlRpcClient({ host: "127.0.0.1", port: world.simulated.port, clock: world.clock });
});
afterEach(async () => {
  client[Symbol.dispose]();
  await world[Symbol.asyncDispose]();
});

describe("what the product's client makes of it", () => {
  it.each<[Partial<SimulatedFaults>, ErrorCode]>([
    [{ mode: "refuse" }, "CONNECTION_REFUSED"],
    [{ mode: "reset" }, "CONNECTION_LOST"],
    [{ mode: "forbidden" }, "FORBIDDEN"],
    [{ mode: "unauthorized" }, "UNAUTHORIZED"],
    [{ mode: "notFound" }, "HTTP_ERROR"],
    [{ mode: "boot" }, "NOT_READY"],
    [{ mode: "processDown" }, "PROCESS_DOWN"],
    [{ mode: "html" }, "NOT_XML_RPC"],
    [{ answers: "cutOff" }, "CONNECTION_LOST"],
    [{ answers: "unfinished" }, "NOT_XML_RPC"],
    [{ answers: "garbage" }, "NOT_XML_RPC"],
    [{ answers: "notHttp" }, "NOT_XML_RPC"],
    [{ faultCode: -8 }, "RPC_FAULT"],
    [{ pingUnsupported: true }, "RPC_FAULT"],
  ])("%j is %s, and over when it is switched off", async (faults, code) => {
    const { faults: healthy } = world.simulated;
    await world.simulated.set(faults);
    await expect(client.call("ping", ["me#1"])).rejects.toMatchObject({ code });
    await world.simulated.set(healthy);
    expect(await client.call("ping", ["me#2"])).toBe(true);
  });

  it.each<Partial<SimulatedFaults>>([{ mode: "hang" }, { halfOpen: true }, { slowAnswersMs: 10_001 }])("%j is TIMEOUT", async (faults) => {
    await world.simulated.set(faults);
    const calling = client.call("ping", ["me#1"]);
    const failed = expect(calling).rejects.toMatchObject({ code: "TIMEOUT" });
    await until(() => world.clock.pendingTimers > 0 && (faults.mode === "hang" || world.simulated.calls.length === 1));
    world.clock.advance(10_000);
    await failed;
  });
});

it.each(["reset", "forbidden"] as const)("%s leaves the event path alone", async (mode) => {
  await call(world.simulated.port, "init", [world.listener.url, "me"]);
  await world.simulated.set({ mode });
  world.simulated.sendEvent({ address: "X:1", parameter: "LEVEL", value: 1 });
  await until(() => world.listener.events.some(({ value }) => value === 1));
});

it("faultCode spares init", async () => {
  await world.simulated.set({ faultCode: -10 });
  expect(await client.call("init", [world.listener.url, "me"])).toBe("");
  await expect(client.call("getVersion", [])).rejects.toMatchObject({ context: { faultCode: -10 } });
});

describe("slowAnswersMs", () => {
  it("keeps the one thread busy, so that events wait as well", async () => {
    await client.call("init", [world.listener.url, "me"]);
    await world.listener.received("newDevices");
    await world.simulated.set({ slowAnswersMs: 3_000 });
    const order: string[] = [];
    const calling = client.call("ping", ["me#1"]).then(() => order.push("answer"));
    await until(() => world.simulated.calls.at(-1)?.methodName === "ping");
    world.simulated.sendEvent({ address: "X:1", parameter: "LEVEL", value: 1 });
    world.clock.advance(2_999);
    expect(world.listener.events).toEqual([]);
    await until(() => world.clock.pendingTimers > 1);
    world.clock.advance(1);
    await calling;
    await until(() => world.listener.pongs.length === 1);
    expect(world.listener.events.map(({ parameter }) => parameter)).toEqual(["LEVEL", "PONG"]);
  });

  it("is broken off by the end of the CCU", async () => {
    await world.simulated.set({ slowAnswersMs: 3_000 });
    const calling = expect(client.call("ping", ["me#1"])).rejects.toMatchObject({ code: "CONNECTION_LOST" });
    await until(() => world.simulated.calls.length === 1);
    await world.ccu.stop();
    await calling;
    expect(world.clock.pendingTimers).toBe(0);
  });
});

it("pingUnsupported hides ping from the list of methods, too", async () => {
  expect(await client.call("system.listMethods", [])).toContain("ping");
  await world.simulated.set({ pingUnsupported: true });
  expect(await client.call("system.listMethods", [])).not.toContain("ping");
});
