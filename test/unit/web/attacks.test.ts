import { once } from "node:events";
import { describe, expect, it } from "vitest";
import type { WebLimits } from "../../../src/web/web-server.ts";
import { eventually } from "../../peers/eventually.ts";
import { Harness } from "./harness.ts";
import { expectAnswer, open, send } from "./raw-http.ts";
import { appStatus, ccuStatus } from "./status-fixture.ts";

const HOST = "Host: localhost\r\n";
const LIMITS: WebLimits = { connections: 200, requestMs: 300, stalledMs: 10_000 };
describe("requests that are none", () => {
  const request = (rest: string, method = "GET", path = "/"): string => `${method} ${path} HTTP/1.1\r\n${rest}\r\n`;
  it.each([
    ["rubbish", "\x00\x01\x02 what\r\n\r\n", "400"],
    ["headers without end", `GET / HTTP/1.1\r\n${HOST}X: ${"x".repeat(20_000)}`, "431"],
    ["too many headers", request(`${HOST}${"a: b\r\n".repeat(3_000)}`), "431"],
    ["a path without end", `GET /${"x".repeat(20_000)}`, "431"],
    ["two lengths", request(`${HOST}Content-Length: 1\r\nContent-Length: 2\r\n`), "400"],
    ["a length and pieces", request(`${HOST}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n`), "400"],
    ["an unknown encoding", request(`${HOST}Transfer-Encoding: xchunked\r\n`), "400", "POST"],
    ["a header over two lines", request(`${HOST}X: a\r\n b\r\n`), "400"],
    ["a piece with endless remarks", `${request(`${HOST}Transfer-Encoding: chunked\r\n`)}1;${"x".repeat(30_000)}`, "413", "POST"],
    ["no host", request("Connection: close\r\n"), "400"],
    ["an expectation", request(`${HOST}Expect: tea\r\n`), "417"],
    ["a method of proxies", request(HOST, "TRACE"), "405"],
    ["an unknown method", request(HOST, "BREW"), "400"],
    ["the URL of somebody else", request(`${HOST}Connection: close\r\n`, "GET", "http://example.org/"), "404"],
    ["all of the server", request(`${HOST}Connection: close\r\n`, "OPTIONS", "*"), "404"],
    ["another protocol", request(`${HOST}Connection: close, Upgrade\r\nUpgrade: websocket\r\n`, "GET", "/healthz"), "200"],
    ["a body that nobody asked for", `${request(`${HOST}Content-Length: 1000000000\r\n`, "POST")}abc`, "405"],
  ])("%s: one answer with the security headers, and the server goes on", async (_name, text, status, method = "GET") => {
    await using harness = await new Harness({ install: { accept: () => {} } }).start();
    const asked = method === "POST" ? text.replace("GET /", "POST /install-integration") : text;
    expectAnswer(await send(harness.server.port, asked), status);
    expect((await harness.ask("/healthz")).status).toBe(200);
  });

  it("are not passed on to anybody", async () => {
    await using harness = await new Harness().start();
    expect(await send(harness.server.port, `CONNECT example.org:80 HTTP/1.1\r\n${HOST}\r\n`)).toBe("");
  });

  it("get no second answer into the middle of the first one", async () => {
    await using harness = await new Harness().start();
    const socket = open(harness.server.port, `GET /api/stream HTTP/1.1\r\n${HOST}\r\n`);
    const answer = socket.setEncoding("latin1").toArray();
    await once(socket, "readable");
    socket.write("\x00rubbish\r\n\r\n");
    expectAnswer((await answer).join(""), "200");
  });
});

describe("whoever is slow", () => {
  it.each([
    ["says nothing", ""],
    ["does not come to an end with the headers", `GET / HTTP/1.1\r\n${HOST}`],
    ["does not come to an end with the form", `POST /install-integration HTTP/1.1\r\n${HOST}Content-Length: 30\r\n\r\ntoken=`],
  ])("and %s is sent away in time", async (_name, text) => {
    await using harness = await new Harness({ limits: LIMITS, install: { accept: () => {} } }).start();
    const startedMs = performance.now();
    expectAnswer(await send(harness.server.port, text), "408");
    expect(performance.now() - startedMs).toBeLessThan(5_000);
  });

  it("and does not read the answer does not keep a place for ever", async () => {
    const status = appStatus({ ccus: [ccuStatus({ deductions: ["x".repeat(30_000_000)] })] });
    await using harness = await new Harness({ status, limits: { connections: 1, requestMs: 10_000, stalledMs: 300 } }).start();
    const reader = open(harness.server.port, `GET /api/snapshot HTTP/1.1\r\n${HOST}\r\n`);
    await once(reader, "readable");
    await expect(harness.ask("/healthz")).rejects.toThrow();
    const free = await eventually({ what: "a free place", timeoutMs: 10_000, ask: () => harness.ask("/healthz") });
    expect(free.status).toBe(200);
    reader.destroy();
  });
});

describe("the name that a browser asks for", () => {
  const asked = async (host: string, path: string): Promise<string> => {
    await using harness = await new Harness({ install: { accept: () => {} } }).start();
    return await send(harness.server.port, `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  };

  it.each([
    "localhost",
    "LOCALHOST:8099",
    "127.0.0.1:8099",
    "192.168.178.30",
    "[::1]:8099",
    "[fe80::1]",
    "nas",
    "nas:8099",
    "nas.local",
    "nas.fritz.box:8099",
    "vitals.home.arpa.",
  ])("is ours when it is %s", async (host) => {
    expectAnswer(await asked(host, "/"), "200");
  });

  it.each(["evil.example", "127.0.0.1.evil.example:8099", "localhost.evil.example", "evil.example#localhost", "fritz.box.evil", "[]", ""])(
    "lets nobody read the page and the token in it when it is %s",
    async (host) => {
      for (const path of ["/", "/api/snapshot", "/api/stream", "/support-bundle.json", "/nothing"]) {
        const answer = await asked(host, path);
        expectAnswer(answer, "421");
        expect(answer).not.toContain("token");
      }
    },
  );

  it("lets nobody ask for an installation by DNS rebinding", async () => {
    let wishes = 0;
    await using harness = await new Harness({ install: { accept: () => (wishes += 1) } }).start();
    const { body } = await harness.ask("/");
    const form = `token=${/name="token" value="([^"]+)"/.exec(body)?.[1]}`;
    const post = (host: string): Promise<string> =>
      send(
        harness.server.port,
        `POST /install-integration HTTP/1.1\r\nHost: ${host}\r\nSec-Fetch-Site: same-origin\r\nContent-Length: ${form.length}\r\nConnection: close\r\n\r\n${form}`,
      );
    expectAnswer(await post("evil.example"), "421");
    expect(wishes).toBe(0);
  });

  it("does not matter to Prometheus, which may know the machine by any", async () => {
    expectAnswer(await asked("nas.example.org:8099", "/metrics"), "200");
  });
});
