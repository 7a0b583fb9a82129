import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { once } from "node:events";
import { Agent, Server } from "node:http";
import { createServer } from "node:net";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { isAbort } from "../../../src/base/errors.ts";
import { type CallbackEndpoint, CallbackMethods } from "../../../src/ccu/callback-methods.ts";
import { CALLBACK_LIMITS, CallbackServer } from "../../../src/ccu/callback-server.ts";
import { decodeMethodResponse } from "../../../src/xmlrpc/decoder.ts";
import { encodeMethodCall } from "../../../src/xmlrpc/encoder.ts";
import { closedPort, listen } from "../../support/listening.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { events, rawConnection, send, untilClosed } from "./callback-requests.ts";
import { RecordingLogger } from "./recording-logger.ts";
import { RecordingSink } from "./recording-sink.ts";

const PATH = "/k3Jx/HmIP-RF";
const LIMITS = { ...CALLBACK_LIMITS, maxBytes: 1_000 };
const never = new AbortController().signal;

let clock: ManualClock;
let logger: RecordingLogger;
let sink: RecordingSink;
let server: CallbackServer;

async function open(limits = CALLBACK_LIMITS): Promise<void> {
  server = new CallbackServer({ host: "127.0.0.1", port: 0, clock, logger, limits });
  server.register(PATH, new CallbackMethods({ sink, clock, logger }));
  await server.start(never);
}

beforeEach(async () => {
  clock = new ManualClock();
  logger = new RecordingLogger();
  sink = new RecordingSink();
  await open();
});

afterEach(() => server[Symbol.asyncDispose]());

async function reopen(limits: typeof CALLBACK_LIMITS): Promise<void> {
  await server[Symbol.asyncDispose]();
  await open(limits);
}

describe("answers", () => {
  test("a batch gets one empty string a call, with a length and in one piece", async () => {
    clock.advance(5_000);
    const reply = await send({ port: server.port, path: PATH, body: events(3) });
    expect(reply.status).toBe(200);
    expect(reply.headers["content-length"]).toBe(String(reply.body.length));
    expect(reply.headers).not.toHaveProperty("transfer-encoding");
    expect(reply.headers["content-type"]).toBe("text/xml; charset=iso-8859-1");
    expect(decodeMethodResponse(reply.body)).toEqual({ kind: "value", value: [[""], [""], [""]] });
    expect(sink.of("event")).toMatchObject([
      [{ address: "OEQ0:1", arrivedAtMs: 5_000 }],
      [{ address: "OEQ1:1", arrivedAtMs: 5_000 }],
      [{ address: "OEQ2:1", arrivedAtMs: 5_000 }],
    ]);
    expect(server.statistics()).toEqual({ requests: 1 });
  });

  test("the arrival is when the request began, not when its last byte came", async () => {
    const body = events(1).toString("latin1");
    const socket = await rawConnection(
      server.port,
      `POST ${PATH} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n`,
    );
    await vi.waitUntil(() => server.statistics()["requests"] === 1);
    clock.advance(500);
    socket.end(body);
    expect(await untilClosed(socket)).toContain("200 OK");
    expect(sink.of("event")).toMatchObject([[{ arrivedAtMs: 0 }]]);
  });

  test("the CCU is answered before anything that the call has set off runs", async () => {
    const order: string[] = [];
    const later = Promise.withResolvers<void>();
    const answered = (): void => void order.push("answered");
    subscribe("http.server.response.finish", answered);
    server.register("/order", {
      handle: () => {
        setImmediate(() => {
          order.push("set off");
          later.resolve();
        });
        return "";
      },
    });
    await Promise.all([send({ port: server.port, path: "/order", body: events(1) }), later.promise]);
    unsubscribe("http.server.response.finish", answered);
    expect(order).toEqual(["answered", "set off"]);
  });

  test("latin-1 arrives as it was meant", async () => {
    await send({ port: server.port, path: PATH, body: events(1, "Küche °C") });
    expect(sink.of("event")).toMatchObject([[{ value: "Küche °C" }]]);
  });

  test("an idle connection is kept for more than a minute, and told so", async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const first = await send({ port: server.port, path: PATH, body: events(1), agent });
    const second = await send({ port: server.port, path: PATH, body: events(1), agent });
    agent.destroy();
    for (const { headers } of [first, second]) {
      expect(headers.connection).toBe("keep-alive");
      expect(Number(/timeout=(\d+)/.exec(String(headers["keep-alive"]))?.[1])).toBeGreaterThan(60);
    }
  });
});

describe("refusals", () => {
  test("a path that belongs to nobody: 404, and nothing of it is decoded", async () => {
    for (const path of ["/", "/k3Jx", "/k3Jx/HmIP-RF/", "/k3jx/hmip-rf", "/k3Jx/HmIP-RF?a", "/__proto__"]) {
      const reply = await send({ port: server.port, path, body: "<not even XML" });
      expect([path, reply.status, reply.headers["content-length"]]).toEqual([path, 404, "0"]);
    }
    expect(server.statistics()).toEqual({ requests: 6, unknown_path: 6 });
    expect(sink.told).toEqual([]);
    expect(logger.lines).toHaveLength(1);
  });

  test("a path whose registration has ended is refused without complaint; another registration of it stays", async () => {
    const old = server.register("/old", { handle: () => "old" });
    const renewed = server.register("/old", { handle: () => "new" });
    old();
    expect(decodeMethodResponse((await send({ port: server.port, path: "/old", body: events(1) })).body)).toEqual({
      kind: "value",
      value: "new",
    });
    renewed();
    expect((await send({ port: server.port, path: "/old", body: events(1) })).status).toBe(404);
    expect(server.statistics()).toEqual({ requests: 2 });
  });

  test.each(["GET", "HEAD", "PUT", "DELETE", "OPTIONS"])("%s: 405", async (method) => {
    const reply = await send({ port: server.port, path: PATH, method });
    expect(reply.status).toBe(405);
    expect(reply.headers).toMatchObject({ allow: "POST", "content-length": "0" });
    expect(server.statistics()).toMatchObject({ wrong_method: 1 });
  });

  test("what is no XML-RPC: 400, counted, and logged once with its reason", async () => {
    for (const body of ["", "nonsense", "<methodCall>", "<!DOCTYPE a><methodCall/>"]) {
      const reply = await send({ port: server.port, path: PATH, body });
      expect([body, reply.status, reply.headers["content-length"]]).toEqual([body, 400, "0"]);
    }
    expect(server.statistics()).toEqual({ requests: 4, malformed: 4 });
    expect(logger.lines).toEqual([
      'warn a callback was refused: Not XML-RPC: the document ends too early near character 0 {"kind":"malformed","count":1}',
    ]);
    expect(sink.told).toEqual([]);
  });

  test("too many values: 413", async () => {
    await reopen({ ...CALLBACK_LIMITS, maxValues: 10 });
    expect((await send({ port: server.port, path: PATH, body: events(3) })).status).toBe(413);
    expect(server.statistics()).toEqual({ requests: 1, limit_exceeded: 1 });
    expect(sink.told).toEqual([]);
  });

  test("an endpoint that throws: 500, and the next request is served", async () => {
    const endpoint: CallbackEndpoint = {
      handle: ({ methodName }) => {
        if (methodName === "bad") throw new TypeError("broken endpoint");
        return "fine";
      },
    };
    server.register("/endpoint", endpoint);
    expect((await send({ port: server.port, path: "/endpoint", body: encodeMethodCall("bad", []) })).status).toBe(500);
    expect((await send({ port: server.port, path: "/endpoint", body: encodeMethodCall("good", []) })).status).toBe(200);
    expect(logger.lines).toEqual(['warn a callback was refused: broken endpoint {"kind":"endpoint_failed","count":1}']);
  });
});

describe("bodies that are too large", () => {
  const head = `POST ${PATH} HTTP/1.1\r\nHost: x\r\n`;

  test("one byte makes the difference", async () => {
    const frame = encodeMethodCall("ping", [""]).length;
    await reopen(LIMITS);
    const ping = (length: number): Buffer => encodeMethodCall("ping", ["x".repeat(length - frame)]);
    expect((await send({ port: server.port, path: PATH, body: ping(1_000) })).status).toBe(200);
    expect((await send({ port: server.port, path: PATH, body: ping(1_001) })).status).toBe(413);
    expect(sink.of("callReceived")).toHaveLength(1);
  });

  test("the peer is told at once, and the connection is closed when it has sent the rest", async () => {
    await reopen(LIMITS);
    const socket = await rawConnection(server.port, `${head}Content-Length: 3000\r\n\r\n${"x".repeat(1_500)}`);
    const [answer] = await once(socket, "data");
    expect(String(answer)).toMatch(/^HTTP\/1\.1 413 .*\r\nConnection: close\r\n/s);
    socket.write("x".repeat(1_500));
    await untilClosed(socket);
    expect(server.statistics()).toEqual({ requests: 1, limit_exceeded: 1 });
    await vi.waitUntil(() => clock.pendingTimers === 0);
  });

  test("without a length in the head as well", async () => {
    await reopen(LIMITS);
    const socket = await rawConnection(server.port, `${head}Transfer-Encoding: chunked\r\n\r\n5dc\r\n${"x".repeat(1_500)}\r\n0\r\n\r\n`);
    expect(await untilClosed(socket)).toMatch(/^HTTP\/1\.1 413 /);
  });

  test("a body without end is cut off a second after the answer", async () => {
    await reopen(LIMITS);
    const socket = await rawConnection(server.port, `${head}Transfer-Encoding: chunked\r\n\r\n5dc\r\n${"x".repeat(1_500)}\r\n`);
    const [answer] = await once(socket, "data");
    expect(String(answer)).toMatch(/^HTTP\/1\.1 413 /);
    const closed = untilClosed(socket);
    clock.advance(1_000);
    await closed;
    expect(clock.pendingTimers).toBe(0);
  });
});

describe("requests that never end", () => {
  test.each([
    ["nothing at all", ""],
    ["half a head", `POST ${PATH} HTTP/1.1\r\nHos`],
    ["half a body", `POST ${PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n<methodCall>`],
    ["half a body to nobody", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n<methodCall>"],
  ])("%s: closed", async (_name, text) => {
    await reopen({ ...CALLBACK_LIMITS, requestTimeoutMs: 60 });
    await untilClosed(await rawConnection(server.port, text));
    expect(sink.told).toEqual([]);
    expect(server.statistics()).toMatchObject({ broken_http: 1 });
  });

  test("within two minutes, the next check included, but not before one", () => {
    expect(CALLBACK_LIMITS.requestTimeoutMs).toBeGreaterThan(60_000);
    expect(CALLBACK_LIMITS.requestTimeoutMs * (1 + 1 / 6)).toBeLessThan(120_000);
  });
});

test("what is no HTTP is answered with a length and closed", async () => {
  const answer = await untilClosed(await rawConnection(server.port, "Bin\u0001\u0000\u0000\r\n\r\n"));
  expect(answer).toBe("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
  expect(server.statistics()).toEqual({ requests: 0, broken_http: 1 });
});

describe("the port", () => {
  test("that is taken is named with its remedy", async () => {
    await using taken = await listen(createServer());
    const second = new CallbackServer({ host: "127.0.0.1", port: taken.port, clock, logger });
    await expect(second.start(never)).rejects.toMatchObject({
      code: "PORT_IN_USE",
      message: `Port ${taken.port} is already in use: set the option callback.port to a free one`,
    });
    expect(second.statistics()).toEqual({ requests: 0 });
    await second[Symbol.asyncDispose]();
  });

  test("that is reserved is named with its remedy", async () => {
    // A superuser, as in a container, may use every port.
    const refused = Object.assign(new Error("listen EACCES"), { code: "EACCES" });
    const listenOf = vi.spyOn(Server.prototype, "listen").mockImplementation(function (this: Server) {
      process.nextTick(() => this.emit("error", refused));
      return this;
    });
    const reserved = new CallbackServer({ port: 80, clock, logger });
    await expect(reserved.start(never)).rejects.toMatchObject({
      code: "PORT_FORBIDDEN",
      message: "The program may not use port 80: set the option callback.port to one above 1023",
    });
    listenOf.mockRestore();
  });

  test("on an address of another machine is named with its remedy", async () => {
    const elsewhere = new CallbackServer({ host: "192.0.2.1", port: 0, clock, logger });
    await expect(elsewhere.start(never)).rejects.toMatchObject({
      code: "ADDRESS_UNAVAILABLE",
      message: "192.0.2.1 is no address of this machine: correct the option callback.host or leave it empty",
    });
  });

  test("is the wanted one before the start and the real one after it", async () => {
    await using fresh = new CallbackServer({ port: 0, clock, logger });
    expect(fresh.port).toBe(0);
    await fresh.start(never);
    expect(fresh.port).toBeGreaterThan(0);
  });
});

describe("life-cycle", () => {
  test("starting twice is starting once", async () => {
    expect(server.start(never)).toBe(server.start(never));
  });

  test("an aborted start leaves nothing open", async () => {
    const port = await closedPort();
    const aborted = new CallbackServer({ host: "127.0.0.1", port, clock, logger });
    const abort = new AbortController();
    const started = aborted.start(abort.signal);
    abort.abort();
    await expect(started).rejects.toSatisfy(isAbort);
    await expect(send({ port, path: PATH })).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });

  test("a connection that cannot be accepted is counted and ends nothing", async () => {
    const listenOf = vi.spyOn(Server.prototype, "listen");
    await reopen(CALLBACK_LIMITS);
    const [opened] = listenOf.mock.contexts;
    listenOf.mockRestore();
    if (opened instanceof Server) opened.emit("error", new Error("accept EMFILE"));
    expect(server.statistics()).toEqual({ requests: 0, accept_failed: 1 });
    expect((await send({ port: server.port, path: PATH, body: events(1) })).status).toBe(200);
  });

  test("the end closes the port and every connection, whatever state it is in", async () => {
    const { port } = server;
    const agent = new Agent({ keepAlive: true });
    await send({ port, path: PATH, body: events(1), agent });
    const silent = await rawConnection(port, "");
    const halfway = await rawConnection(port, `POST ${PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n<met`);
    await vi.waitUntil(() => server.statistics()["requests"] === 2);
    const closed = Promise.all([untilClosed(silent), untilClosed(halfway)]);
    await Promise.all([server[Symbol.asyncDispose](), server[Symbol.asyncDispose]()]);
    await closed;
    agent.destroy();
    await expect(send({ port, path: PATH, body: events(1) })).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });

  test("the end of a server that never started", async () => {
    await new CallbackServer({ port: 0, clock, logger })[Symbol.asyncDispose]();
  });
});
