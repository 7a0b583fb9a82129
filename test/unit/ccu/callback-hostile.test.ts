import { type Agent, Agent as HttpAgent } from "node:http";
import type { Socket } from "node:net";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../../../src/base/clock.ts";
import { CallbackMethods } from "../../../src/ccu/callback-methods.ts";
import { CallbackServer } from "../../../src/ccu/callback-server.ts";
import { decodeMethodResponse } from "../../../src/xmlrpc/decoder.ts";
import { encodeMethodCall } from "../../../src/xmlrpc/encoder.ts";
import { events, type Reply, rawConnection, send } from "./callback-requests.ts";
import { RecordingLogger } from "./recording-logger.ts";
import { RecordingSink } from "./recording-sink.ts";

const ATTACKED = "/attacked/HmIP-RF";
const HEALTHY = "/healthy/BidCos-RF";

let logger: RecordingLogger;
let attacked: RecordingSink;
let healthy: RecordingSink;
let server: CallbackServer;
let agent: Agent;

beforeEach(async () => {
  logger = new RecordingLogger();
  attacked = new RecordingSink();
  healthy = new RecordingSink();
  server = new CallbackServer({ host: "127.0.0.1", port: 0, clock: systemClock, logger });
  server.register(ATTACKED, new CallbackMethods({ sink: attacked, logger }));
  server.register(HEALTHY, new CallbackMethods({ sink: healthy, logger }));
  agent = new HttpAgent({ keepAlive: true, maxSockets: 1 });
  await server.start(new AbortController().signal);
});

afterEach(async () => {
  agent.destroy();
  await server[Symbol.asyncDispose]();
});

/** The other interface keeps its one connection and gets every event through, in order. */
async function healthyStays(): Promise<void> {
  const before = healthy.of("event").length;
  const reply = await send({ port: server.port, path: HEALTHY, body: events(5), agent });
  expect(reply.status).toBe(200);
  expect(
    healthy
      .of("event")
      .slice(before)
      .map(([event]) => event),
  ).toMatchObject([0, 1, 2, 3, 4].map((index) => ({ address: `OEQ${index}:1` })));
  expect(healthy.of("invalidCall")).toEqual([]);
  expect(healthy.of("unknownMethod")).toEqual([]);
}

function attack(body: Buffer | string): Promise<Reply> {
  return send({ port: server.port, path: ATTACKED, body });
}

function eventWith(value: string, prolog = ""): string {
  const strings = "<param><value>id</value></param><param><value>OEQ1:1</value></param><param><value>STATE</value></param>";
  return `${prolog}<methodCall><methodName>event</methodName><params>${strings}<param>${value}</param></params></methodCall>`;
}

const BOMB = `<!DOCTYPE b [<!ENTITY a "${"x".repeat(1_000)}">${[..."bcdefgh"].map((name, index) => `<!ENTITY ${name} "${`&${"abcdefgh"[index]};`.repeat(10)}">`).join("")}]>`;

describe("documents", () => {
  test.each<[string, string, number]>([
    ["20 MB of text", eventWith(`<value>${"x".repeat(20_000_000)}</value>`), 413],
    ["20 MB of nothing", " ".repeat(20_000_000), 413],
    ["250,000 values", eventWith(`<value><array><data>${"<value/>".repeat(250_000)}</data></array></value>`), 413],
    ["10,000 arrays inside each other", eventWith("<value><array><data>".repeat(10_000)), 413],
    ["an entity bomb", eventWith("<value>&h;</value>", BOMB), 400],
    ["an external entity", eventWith("<value>&x;</value>", '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'), 400],
    ["a truncated document", eventWith("<value>1</value>").slice(0, -40), 400],
    ["two documents", eventWith("<value>1</value>").repeat(2), 400],
    ["another language", '{"jsonrpc":"2.0","method":"event"}', 400],
    ["nothing", "", 400],
  ])("%s", async (_name, body, status) => {
    expect((await attack(body)).status).toBe(status);
    expect(attacked.told).toEqual([]);
    expect(logger.lines).toHaveLength(1);
    await healthyStays();
  });
});

describe("calls", () => {
  const names = ["NotFound", "__proto__", "constructor", "prototype", "toString", "valueOf", "hasOwnProperty", "exit", "listening"];
  const hostileNames = [...names.map((name) => [name, name] as const), ["of 100,000 letters", "x".repeat(100_000)] as const];
  test.each(hostileNames)("method %s", async (_label, methodName) => {
    const reply = await attack(encodeMethodCall(methodName, ["id"]));
    expect(reply.status).toBe(200);
    expect(decodeMethodResponse(reply.body)).toEqual({ kind: "value", value: "" });
    expect(attacked.of("unknownMethod")).toEqual([[methodName.slice(0, 64)]]);
    await healthyStays();
  });

  test("members that mean something to JavaScript", async () => {
    const member = (name: string, value: string): string => `<member><name>${name}</name><value>${value}</value></member>`;
    const struct = `<struct>${member("__proto__", `<struct>${member("polluted", "yes")}</struct>`)}${member("methodName", "event")}${member("toString", "1")}</struct>`;
    const call = `<methodCall><methodName>system.multicall</methodName><params><param><value><array><data><value>${struct}</value></data></array></value></param></params></methodCall>`;
    const reply = await attack(call);
    expect(decodeMethodResponse(reply.body)).toEqual({ kind: "value", value: [[""]] });
    expect(attacked.of("invalidCall")).toHaveLength(1);
    expect("polluted" in {}).toBe(false);
    await healthyStays();
  });

  test("events with every wrong type are answered one by one, and the right one among them arrives", async () => {
    const wrong = [[], ["id"], [1, 2, 3, 4], [{}, [], "x", ""], ["id", "OEQ1:1", "STATE"]];
    const calls = [...wrong, ["id", "OEQ1:1", "STATE", true]].map((params) => ({ methodName: "event", params }));
    const reply = await attack(encodeMethodCall("system.multicall", [calls]));
    expect(decodeMethodResponse(reply.body)).toEqual({ kind: "value", value: Array(6).fill([""]) });
    expect(attacked.of("event")).toHaveLength(1);
    expect(attacked.of("invalidCall")).toHaveLength(5);
    await healthyStays();
  });
});

describe("connections", () => {
  test("200 that stay open with half a request do not keep the other interface out", async () => {
    const head = `POST ${ATTACKED} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n<methodCall>`;
    const sockets: Socket[] = await Promise.all(
      Array.from({ length: 200 }, (_, index) => rawConnection(server.port, head.slice(0, index))),
    );
    await healthyStays();
    for (const socket of sockets) socket.destroy();
  });

  test("what is no HTTP, and a peer that goes away in the middle", async () => {
    const head = `POST ${ATTACKED} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n<methodCall>`;
    for (const text of ["\u0000\u0001\u0002", "GET\r\n\r\n", "\u0016\u0003\u0001\u0002\u0000\u0001", head]) {
      (await rawConnection(server.port, text)).resetAndDestroy();
      await healthyStays();
    }
  });
});

test("whatever the bytes, the answer is 200, 400 or 413, and the other interface is served", async () => {
  const valid = events(3);
  const body = fc.oneof(
    fc.uint8Array({ maxLength: 2_000 }).map((bytes) => Buffer.from(bytes)),
    fc.record({ at: fc.nat({ max: valid.length }), piece: fc.uint8Array({ maxLength: 8 }) }).map(({ at, piece }) => {
      return Buffer.concat([valid.subarray(0, at), piece, valid.subarray(at + piece.length)]);
    }),
  );
  await fc.assert(
    fc.asyncProperty(body, async (bytes) => {
      const { status, headers } = await attack(bytes);
      expect([200, 400, 413]).toContain(status);
      expect(headers).toHaveProperty("content-length");
    }),
    { numRuns: 200 },
  );
  await healthyStays();
});
