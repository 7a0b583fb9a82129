import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SimulatedCcu } from "../../../src/simulator/index.ts";
import type { AppStatus } from "../../../src/web/status.ts";
import { decodeMethodResponse } from "../../../src/xmlrpc/decoder.ts";
import { encodeMethodCall } from "../../../src/xmlrpc/encoder.ts";
import type { XmlRpcValue } from "../../../src/xmlrpc/values.ts";
import { type Reply, rawConnection, send } from "../ccu/callback-requests.ts";
import { Program } from "./program.ts";

const INTERFACES = ["HmIP-RF", "BidCos-RF"] as const;
const BOMB = `<!DOCTYPE b [<!ENTITY a "${"x".repeat(1_000)}"><!ENTITY b "${"&a;".repeat(1_000)}">]>`;

let ccu: SimulatedCcu;
let program: Program;
let port: number;
/** The secret path of HmIP-RF. */
let path: string;
let interfaceId: string;

beforeAll(async () => {
  ccu = new SimulatedCcu({ interfaces: INTERFACES.map((name) => ({ name })), reportScale: 1e6 });
  await ccu.start();
  program = new Program({
    options: {
      ccus: [{ host: "127.0.0.1", interfaces: INTERFACES.map((name) => ({ name, port: ccu.interface(name).port })) }],
      callback: { port: 0 },
      web: { port: 0 },
    },
  });
  const { app } = await program.until(
    ({ ccus: [hub] }) => hub?.sensors.systemHealth.value === 100 && hub.sensors.connectionLatency.value !== null,
  );
  const [client] = ccu.interface("HmIP-RF").clients;
  port = app.callback.port;
  path = new URL(client?.url ?? "").pathname;
  interfaceId = client?.interfaceId ?? "";
});

afterAll(async () => {
  await program[Symbol.asyncDispose]();
  await ccu.stop();
});

function attack(body: Buffer | string, target = path): Promise<Reply> {
  return send({ port, path: target, body });
}

function call(methodName: string, ...params: XmlRpcValue[]): Promise<Reply> {
  return attack(encodeMethodCall(methodName, params));
}

/** What the attack has added to the counters of the process, by metric key. */
async function countedBy(attacks: () => Promise<unknown>): Promise<Readonly<Record<string, number>>> {
  const before = (await program.snapshot()).counters;
  await attacks();
  const { counters } = await untouched();
  // The CCU goes on calling meanwhile.
  const troubles = Object.entries(counters).filter(([name]) => name !== "callback::requests");
  return Object.fromEntries(troubles.flatMap(([name, count]) => (count === before[name] ? [] : [[name, count - (before[name] ?? 0)]])));
}

/** How often the interface has counted this. */
function interfaceCounter({ ccus }: AppStatus, metricName: string): number {
  return ccus[0]?.metrics.counters[`callback:HmIP-RF:${metricName}`] ?? 0;
}

/** Everything is as it was, and a device event still arrives. */
async function untouched(): Promise<AppStatus> {
  const status = await program.snapshot();
  expect(status.ccus[0]?.sensors.systemHealth.value).toBe(100);
  expect(status.ccus[0]?.interfaces.map(({ state, paths }) => [state, paths.event.state])).toEqual([
    ["connected", "ok"],
    ["connected", "ok"],
  ]);
  expect(status.ccus[0]?.metrics.counters).not.toHaveProperty("client:HmIP-RF:connection_losses");
  return status;
}

function nested(depth: number): string {
  return `<methodCall><methodName>event</methodName><params><param>${"<value><array><data>".repeat(depth)}`;
}

describe("documents that are no callbacks are refused, counted by name and harm nothing", () => {
  test.each<[string, string | Buffer, number, string]>([
    ["20 MB", `<methodCall><methodName>${"x".repeat(20_000_000)}`, 413, "limit_exceeded"],
    ["10,000 levels", nested(10_000), 413, "limit_exceeded"],
    ["cut off", "<methodCall><methodName>event</methodName><params><par", 400, "malformed"],
    ["an entity bomb", `${BOMB}<methodCall><methodName>&b;</methodName></methodCall>`, 400, "malformed"],
    ["bytes", Buffer.from([0, 1, 2, 253, 254, 255]), 400, "malformed"],
    ["nothing", "", 400, "malformed"],
  ])("%s", async (_name, body, status, counter) => {
    expect(await countedBy(async () => expect((await attack(body)).status).toBe(status))).toEqual({ [`callback::${counter}`]: 1 });
  });

  test("no HTTP at all", async () => {
    const attacks = async (): Promise<void> => {
      const socket = await rawConnection(port, "\u0016\u0003\u0001 hello\r\n\r\n");
      await new Promise((resolve) => socket.resume().once("close", resolve));
    };
    expect(await countedBy(attacks)).toEqual({ "callback::broken_http": 1 });
  });
});

test("a connection that is reset, as by a CCU that restarts, is nobody's fault", async () => {
  const attacks = async (): Promise<void> => {
    const socket = await rawConnection(port, `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
    await once(socket, "data");
    socket.resetAndDestroy();
    await program.snapshot();
  };
  expect(await countedBy(attacks)).toEqual({ "callback::wrong_method": 1 });
});

describe("calls that make no sense are answered, counted and have no effect", () => {
  test.each<[string, XmlRpcValue[], string]>([
    ["event", [1, 2, 3, 4], "invalid_call"],
    ["event", [[], {}, "", ""], "invalid_call"],
    ["newDevices", ["id", "nonsense"], "invalid_call"],
    ["deleteDevices", ["id", [1]], "invalid_call"],
    ["system.multicall", [{ not: "a list" }], "invalid_call"],
    ["exit", [], "unknown_method"],
    ["__proto__", [], "unknown_method"],
    ["constructor", ["prototype"], "unknown_method"],
    ["handle", [], "unknown_method"],
  ])("%s(%j)", async (methodName, params, counter) => {
    const before = interfaceCounter(await program.snapshot(), counter);
    const { status, body } = await call(methodName, ...params);
    expect(status).toBe(200);
    expect(decodeMethodResponse(body)).toEqual({ kind: "value", value: methodName === "system.multicall" ? [] : "" });
    await program.until((now) => interfaceCounter(now, counter) > before);
    await untouched();
  });

  test("members named __proto__ and constructor reach no object", async () => {
    const { status } = await attack(
      "<methodCall><methodName>newDevices</methodName><params><param><value>id</value></param><param><value><array><data><value><struct>" +
        "<member><name>__proto__</name><value><struct><member><name>ADDRESS</name><value>EVIL</value></member></struct></value></member>" +
        "<member><name>constructor</name><value>x</value></member></struct></value></data></array></value></param></params></methodCall>",
    );
    expect(status).toBe(200);
    expect((await untouched()).ccus[0]?.interfaces[0]?.deviceCount).toBe(7);
  });

  test("an interface id that is not ours is answered like ours and counted, and is no sign of life of our devices", async () => {
    const before = await program.snapshot();
    const { status, body } = await call("event", "CUxD", "CUX0100001:1", "STATE", true);
    expect(status).toBe(200);
    expect(decodeMethodResponse(body)).toEqual({ kind: "value", value: "" });
    const counter = "unknown_interface_id";
    const after = await program.until((now) => interfaceCounter(now, counter) === interfaceCounter(before, counter) + 1);
    expect(after.ccus[0]?.interfaces[0]?.lastEventAgeSeconds).toBeNull();
    await untouched();
  });
});

test("defect 22: the callback server exposes an internal method and accepts anyone", async () => {
  const served = [
    "deleteDevices",
    "error",
    "event",
    "listDevices",
    "newDevices",
    "readdedDevice",
    "replaceDevice",
    "setReadyConfig",
  ].concat(["system.listMethods", "system.methodHelp", "system.multicall", "updateDevice"]);
  const answer = decodeMethodResponse((await call("system.listMethods", interfaceId)).body);
  expect(answer.kind === "value" && Array.isArray(answer.value) && answer.value.sort()).toEqual(served);

  const [, secret = "", key = ""] = path.split("/");
  const strangers = ["/", "/RPC2", "/HmIP-RF", `/${key}/HmIP-RF`, `/${secret}`, `${path}/`, `${path}?x`, path.toUpperCase(), `/../${path}`];
  const event = encodeMethodCall("event", [interfaceId, "000A1BE98C2A41:1", "STATE", true]);
  const attacks = async (): Promise<void> => {
    for (const stranger of strangers) expect([stranger, (await attack(event, stranger)).status]).toEqual([stranger, 404]);
  };
  expect(await countedBy(attacks)).toEqual({ "callback::unknown_path": strangers.length });
  expect((await program.snapshot()).ccus[0]?.interfaces[0]?.lastEventAgeSeconds).toBeNull();
});

test("all of it took one line of log for each kind, without the secret path", () => {
  const kinds = program.lines.flatMap((line) => /"kind":"(\w+)"/.exec(line)?.[1] ?? []);
  expect(kinds.toSorted()).toEqual(["broken_http", "limit_exceeded", "malformed", "unknown_path", "wrong_method"]);
  expect(program.output).not.toContain(path.split("/")[1]);
});

test("in the end the real CCU is heard as ever", async () => {
  ccu.interface("HmIP-RF").sendEvent({ address: "000A1BE98C2A41:1", parameter: "STATE", value: true });
  await program.until((status) => status.ccus[0]?.interfaces[0]?.lastEventAgeSeconds !== null);
  await untouched();
});
