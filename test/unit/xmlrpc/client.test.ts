import dns from "node:dns";
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { createServer as createTcpServer, type Socket } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { inspect } from "node:util";
import { describe, expect, test, vi } from "vitest";
import { type ErrorCode, HomematicError } from "../../../src/base/errors.ts";
import { XmlRpcClient } from "../../../src/xmlrpc/client.ts";
import { encodeFault, encodeMethodResponse } from "../../../src/xmlrpc/encoder.ts";
import { FakeResolver } from "../../support/fake-resolver.ts";
import { closed, closedPort, type Listening, listen } from "../../support/listening.ts";
import { ManualClock } from "../../support/manual-clock.ts";

const host = "127.0.0.1";
const TLS = join(import.meta.dirname, "tls");
const credentials = { key: readFileSync(join(TLS, "key.pem")), cert: readFileSync(join(TLS, "certificate.pem")) };

function answering(body: Buffer | string, status = 200, headers: Record<string, string> = {}): Promise<Listening> {
  return listen(createServer((_request, response) => response.writeHead(status, headers).end(body)));
}

/** A peer below HTTP: `onData` gets the socket once the request has begun. */
function raw(onData: (socket: Socket) => void): Promise<Listening> {
  return listen(createTcpServer((socket) => socket.once("data", () => onData(socket))));
}

async function failure(call: Promise<unknown>): Promise<HomematicError> {
  const error = await call.then(
    () => new Error("was answered"),
    (reason: unknown) => reason,
  );
  if (!(error instanceof HomematicError)) throw error;
  return error;
}

async function codeOf(call: Promise<unknown>): Promise<ErrorCode> {
  return (await failure(call)).code;
}

describe("a call", () => {
  test("goes out in latin-1 with its length, and the answer is read by its declaration", async () => {
    let seen: { request: IncomingMessage; body: string } | undefined;
    const answer: RequestListener = async (request, response) => {
      request.setEncoding("latin1");
      seen = { request, body: await text(request) };
      response.end(encodeMethodResponse(["Küche", 21.5]));
    };
    await using peer = await listen(createServer(answer));
    using client = new XmlRpcClient({ host, port: peer.port, path: "/groups" });
    expect(await client.call("getParamset", ["Gerät", 1])).toEqual(["Küche", 21.5]);
    expect(seen?.request.method).toBe("POST");
    expect(seen?.request.url).toBe("/groups");
    expect(seen?.request.headers).toMatchObject({ "content-type": "text/xml", "content-length": String(seen?.body.length) });
    expect(seen?.request.headers).not.toHaveProperty("authorization");
    expect(seen?.request.headers).not.toHaveProperty("transfer-encoding");
    expect(seen?.body).toContain('encoding="iso-8859-1"');
    expect(seen?.body).toContain("<value>Gerät</value>");
  });

  test("carries the user name and password", async () => {
    let authorization: string | undefined;
    await using peer = await listen(
      createServer((request, response) => {
        authorization = request.headers.authorization;
        response.end(encodeMethodResponse(""));
      }),
    );
    using client = new XmlRpcClient({ host, port: peer.port, username: "Admin", password: "a:b" });
    await client.call("ping", ["x"]);
    expect(authorization).toBe(`Basic ${Buffer.from("Admin:a:b").toString("base64")}`);
  });

  test("uses a connection of its own, so that one the CCU has closed meanwhile fails nothing", async () => {
    let connections = 0;
    const server = createServer((_request, response) => response.end(encodeMethodResponse("")));
    server.on("connection", () => {
      connections += 1;
    });
    await using peer = await listen(server);
    using client = new XmlRpcClient({ host, port: peer.port });
    for (let count = 0; count < 3; count += 1) {
      await client.call("ping", ["x"]);
      server.closeAllConnections();
    }
    expect(connections).toBe(3);
  });

  test("looks its name up anew each time, so that a CCU may move", async () => {
    await using peer = await answering(encodeMethodResponse("here"));
    const addresses = ["127.0.0.1", "127.0.0.2", "127.0.0.1"];
    const lookup = vi.spyOn(dns, "lookup").mockImplementation((...args: unknown[]) => {
      const [, options, done] = args;
      const address = addresses.shift() ?? "";
      const all = typeof options === "object" && options !== null && "all" in options && options.all === true;
      if (typeof done === "function") done(null, all ? [{ address, family: 4 }] : address, 4);
    });
    try {
      using client = new XmlRpcClient({ host: "ccu.test", port: peer.port });
      expect(await client.call("ping", ["x"])).toBe("here");
      expect(await codeOf(client.call("ping", ["x"]))).toBe("CONNECTION_REFUSED");
      expect(await client.call("ping", ["x"])).toBe("here");
      expect(lookup).toHaveBeenCalledTimes(3);
    } finally {
      lookup.mockRestore();
    }
  });

  test("two at once are two exchanges", async () => {
    await using peer = await listen(
      createServer((request, response) => response.end(encodeMethodResponse(request.headers["content-length"] ?? ""))),
    );
    using client = new XmlRpcClient({ host, port: peer.port });
    const [short, long] = await Promise.all([client.call("a", []), client.call("a".repeat(10), [])]);
    expect(Number(long) - Number(short)).toBe(9);
  });
});

describe("what goes wrong is named", () => {
  test("a name that nobody knows", async () => {
    using client = new XmlRpcClient({ host: "no-such-ccu.invalid", port: 2001 });
    expect(await codeOf(client.call("ping", []))).toBe("DNS_FAILED");
  });

  test("nobody listens", async () => {
    using client = new XmlRpcClient({ host, port: await closedPort() });
    const error = await failure(client.call("ping", []));
    expect(error.code).toBe("CONNECTION_REFUSED");
    expect(error.message).toContain(host);
  });

  test("the connection is cut before, in the head of and within the answer", async () => {
    for (const said of ["", "HTTP/1.1 200 OK\r\nConte", "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n<?xml"]) {
      await using peer = await raw((socket) => socket.end(said));
      using client = new XmlRpcClient({ host, port: peer.port });
      expect([said, await codeOf(client.call("ping", []))]).toEqual([said, "CONNECTION_LOST"]);
    }
  });

  test("the connection is reset", async () => {
    await using peer = await raw((socket) => socket.resetAndDestroy());
    using client = new XmlRpcClient({ host, port: peer.port });
    expect(await codeOf(client.call("ping", []))).toBe("CONNECTION_LOST");
  });

  test.each<[number, ErrorCode]>([
    [401, "UNAUTHORIZED"],
    [403, "FORBIDDEN"],
    [503, "NOT_READY"],
    [500, "PROCESS_DOWN"],
    [502, "PROCESS_DOWN"],
    [504, "PROCESS_DOWN"],
    [301, "HTTP_ERROR"],
    [404, "HTTP_ERROR"],
  ])("status %i with a page is %s", async (status, code) => {
    await using peer = await answering("<html><body>sorry</body></html>", status, { Location: "http://127.0.0.1:1/" });
    using client = new XmlRpcClient({ host, port: peer.port });
    const error = await failure(client.call("ping", []));
    expect(error.code).toBe(code);
    expect(error.context).toMatchObject({ status, port: peer.port });
  });

  test.each(["<html><body>HomeMatic WebUI</body></html>", "", "OK", "<methodResponse>"])(
    "status 200 with %j is no XML-RPC",
    async (body) => {
      await using peer = await answering(body);
      using client = new XmlRpcClient({ host, port: peer.port });
      expect(await codeOf(client.call("ping", []))).toBe("NOT_XML_RPC");
    },
  );

  test("a peer that does not even speak HTTP", async () => {
    await using peer = await raw((socket) => socket.end("Bin\u0001 something\r\n\r\n"));
    using client = new XmlRpcClient({ host, port: peer.port });
    expect(await codeOf(client.call("ping", []))).toBe("NOT_XML_RPC");
  });

  test("a fault", async () => {
    await using peer = await answering(encodeFault({ code: -2, message: "Unknown device" }));
    using client = new XmlRpcClient({ host, port: peer.port });
    const error = await failure(client.call("getValue", ["x"]));
    expect(error.code).toBe("RPC_FAULT");
    expect(error.message).toContain("getValue: Unknown device (-2)");
    expect(error.context).toEqual({ methodName: "getValue", faultCode: -2, faultString: "Unknown device" });
  });

  test("an answer without end is cut off at the limit", async () => {
    const stopped = Promise.withResolvers<void>();
    await using peer = await listen(
      createServer((_request, response) => {
        const chunk = Buffer.alloc(1_000_000, "x");
        const more = (): void => {
          while (response.write(chunk));
        };
        response.on("drain", more).on("close", stopped.resolve);
        more();
      }),
    );
    using client = new XmlRpcClient({ host, port: peer.port });
    expect(await codeOf(client.call("listDevices", []))).toBe("LIMIT_EXCEEDED");
    await stopped.promise;
  });
});

describe("TLS", () => {
  const answer: RequestListener = (_request, response) => response.end(encodeMethodResponse("secure"));

  test("a certificate that nobody vouches for is refused", async () => {
    await using peer = await listen(createTlsServer(credentials, answer));
    using client = new XmlRpcClient({ host, port: peer.port, tls: true });
    expect(await codeOf(client.call("ping", []))).toBe("TLS_FAILED");
  });

  test("and taken when the user says so", async () => {
    await using peer = await listen(createTlsServer(credentials, answer));
    using client = new XmlRpcClient({ host, port: peer.port, tls: true, verifyTls: false });
    expect(await client.call("ping", [])).toBe("secure");
  });

  test("a peer that speaks no TLS", async () => {
    await using peer = await answering("plain");
    using client = new XmlRpcClient({ host, port: peer.port, tls: true, verifyTls: false });
    expect(await codeOf(client.call("ping", []))).toBe("TLS_FAILED");
  });
});

describe("a call ends in time", () => {
  test.each([
    ["never answers", ""],
    ["stops within the head", "HTTP/1.1 200 OK\r\nContent-"],
    ["stops within the body", "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n<?xml"],
  ])("although the peer %s", async (_name, said) => {
    const asked = Promise.withResolvers<Socket>();
    await using peer = await raw((socket) => socket.write(said, () => asked.resolve(socket)));
    const clock = new ManualClock();
    using client = new XmlRpcClient({ host, port: peer.port, timeoutMs: 5_000, clock });
    const failed = failure(client.call("ping", ["x"], { timeoutMs: 2_000 }));
    const hungUp = closed(await asked.promise);
    clock.advance(1_999);
    expect(clock.pendingTimers).toBe(1);
    clock.advance(1);
    const error = await failed;
    expect(error.code).toBe("TIMEOUT");
    expect(error.context).toMatchObject({ timeoutMs: 2_000, connected: true });
    await hungUp;
  });

  test("although nobody says where the name is: that is no silence of the CCU", async () => {
    using resolver = new FakeResolver();
    resolver.set("ccu.test", "silent");
    const clock = new ManualClock();
    using client = new XmlRpcClient({ host: "ccu.test", port: await closedPort(), clock });
    const failed = failure(client.call("ping", ["x"], { timeoutMs: 2_000 }));
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(2_000);
    expect((await failed).code).toBe("DNS_FAILED");
    resolver.set("ccu.test", host);
    expect(await codeOf(client.call("ping", ["x"]))).toBe("CONNECTION_REFUSED");
  });

  test("and leaves no timer behind when it was answered", async () => {
    await using peer = await answering(encodeMethodResponse(""));
    const clock = new ManualClock();
    using client = new XmlRpcClient({ host, port: peer.port, clock });
    await client.call("ping", ["x"]);
    expect(clock.pendingTimers).toBe(0);
  });
});

describe("a call is given up", () => {
  test("when its signal is aborted, and the connection is closed", async () => {
    const asked = Promise.withResolvers<Socket>();
    await using peer = await raw(asked.resolve);
    const clock = new ManualClock();
    using client = new XmlRpcClient({ host, port: peer.port, clock });
    const abort = new AbortController();
    const code = codeOf(client.call("ping", [], { signal: abort.signal }));
    const hungUp = closed(await asked.promise);
    abort.abort();
    expect(await code).toBe("ABORTED");
    expect(clock.pendingTimers).toBe(0);
    await hungUp;
  });

  test("before it begins when its signal is aborted already", async () => {
    using client = new XmlRpcClient({ host, port: await closedPort() });
    expect(await codeOf(client.call("ping", [], { signal: AbortSignal.abort() }))).toBe("ABORTED");
  });

  test("when the client is disposed, and none is made after that", async () => {
    const asked = Promise.withResolvers<Socket>();
    await using peer = await raw(asked.resolve);
    const client = new XmlRpcClient({ host, port: peer.port });
    const code = codeOf(client.call("ping", []));
    await asked.promise;
    client[Symbol.dispose]();
    expect(await code).toBe("ABORTED");
    expect(await codeOf(client.call("ping", []))).toBe("ABORTED");
  });
});

test("no error shows the password or the parameters", async () => {
  const secret = "S3cretPassw0rd";
  const path = "s3cretPath";
  const forms = [secret, path, Buffer.from(`Admin:${secret}`).toString("base64")];
  await using unauthorized = await answering("<html>no</html>", 401);
  await using garbage = await answering("garbage");
  await using cut = await raw((socket) => socket.end("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n<?xml"));
  for (const port of [unauthorized.port, garbage.port, cut.port, await closedPort()]) {
    using client = new XmlRpcClient({ host, port, username: "Admin", password: secret });
    const shown = inspect(await failure(client.call("init", [`http://10.0.0.2/${path}`, "id"])), { depth: null, showHidden: true });
    expect(forms.filter((form) => shown.includes(form))).toEqual([]);
  }
});
