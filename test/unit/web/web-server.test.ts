import { once } from "node:events";
import { createServer } from "node:http";
import { connect } from "node:net";
import { describe, expect, it } from "vitest";
import { systemClock } from "../../../src/base/clock.ts";
import type { ErrorCode } from "../../../src/base/errors.ts";
import { silentLogger } from "../../../src/base/logger.ts";
import { REFUSALS } from "../../../src/web/refusals.ts";
import { WebServer } from "../../../src/web/web-server.ts";
import { Harness } from "./harness.ts";
import { appStatus, ccuStatus, EVENTS_LOST, FakeSource, UNMEASURED } from "./status-fixture.ts";

const PATHS = [
  "/",
  "/api/snapshot",
  "/api/history",
  "/support-bundle.json",
  "/metrics",
  "/healthz",
  "/readyz",
  "/page.css",
  "/page.js",
  "/icon.svg",
];

describe("routes", () => {
  it("serves the page in HTML", async () => {
    await using harness = await new Harness().start();
    const { status, headers, body } = await harness.ask("/");
    expect(status).toBe(200);
    expect(headers["content-type"]).toBe("text/html; charset=utf-8");
    expect(headers["cache-control"]).toBe("no-store");
    expect(body).toContain("All well");
  });

  it("serves the page in the language the reader prefers", async () => {
    await using harness = await new Harness().start();
    const titleFor = async (language: string): Promise<string | undefined> => {
      const { body } = await harness.ask("/", { headers: { "accept-language": language } });
      return /<html lang="(\w+)">/.exec(body)?.[1];
    };
    expect(await titleFor("de-AT,de;q=0.9,en;q=0.8")).toBe("de");
    expect(await titleFor("en;q=0.5,DE;q=0.7")).toBe("de");
    expect(await titleFor("fr,de;q=0,en;q=0.1")).toBe("en");
    expect(await titleFor("fr")).toBe("en");
    expect(await titleFor("constructor,__proto__;q=0.9,;;,=")).toBe("en");
  });

  it("serves the page in the configured language whatever the browser prefers", async () => {
    await using harness = await new Harness({ language: "de" }).start();
    const { body } = await harness.ask("/", { headers: { "accept-language": "en" } });
    expect(body).toContain('<html lang="de">');
  });

  it("serves the status as JSON just as the source gives it", async () => {
    const status = appStatus({ ccus: [EVENTS_LOST, UNMEASURED] });
    await using harness = await new Harness({ status }).start();
    const { headers, body } = await harness.ask("/api/snapshot");
    expect(headers["content-type"]).toBe("application/json; charset=utf-8");
    expect(JSON.parse(body)).toEqual(status);
  });

  it.each([
    [undefined, "text/plain; version=0.0.4; charset=utf-8"],
    ["*/*", "text/plain; version=0.0.4; charset=utf-8"],
    ["text/plain", "text/plain; version=0.0.4; charset=utf-8"],
    ["application/openmetrics-text;version=1.0.0;q=0", "text/plain; version=0.0.4; charset=utf-8"],
    ["application/openmetrics-text; version=1.0.0", "application/openmetrics-text; version=1.0.0; charset=utf-8"],
    ["APPLICATION/OPENMETRICS-TEXT;Version=0.0.1;Q=1", "application/openmetrics-text; version=1.0.0; charset=utf-8"],
    ["text/plain;q=0.2,application/openmetrics-text;q=0.3", "application/openmetrics-text; version=1.0.0; charset=utf-8"],
    ["application/openmetrics-text;q=0.2,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3", "text/plain; version=0.0.4; charset=utf-8"],
    ["application/openmetrics-text;q=none", "text/plain; version=0.0.4; charset=utf-8"],
    ["application/json", "text/plain; version=0.0.4; charset=utf-8"],
    [
      "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
      "application/openmetrics-text; version=1.0.0; charset=utf-8",
    ],
  ])("answers /metrics for Accept: %s as %s", async (accept, type) => {
    await using harness = await new Harness().start();
    const { headers, body } = await harness.ask("/metrics", { headers: accept === undefined ? {} : { accept } });
    expect(headers["content-type"]).toBe(type);
    expect(body.endsWith("# EOF\n")).toBe(type.startsWith("application/openmetrics-text"));
    expect(body).toContain('homematic_vitals_system_health_ratio{ccu="3014F711A0001F"} 1\n');
  });

  it("is alive whatever the state is, and ready once every CCU was judged", async () => {
    await using harness = await new Harness({ status: appStatus({ ccus: [ccuStatus(), UNMEASURED] }) }).start();
    expect((await harness.ask("/healthz")).status).toBe(200);
    expect((await harness.ask("/readyz")).status).toBe(503);
    harness.source.set(appStatus({ ccus: [ccuStatus(), EVENTS_LOST] }));
    expect((await harness.ask("/readyz")).status).toBe(200);
  });

  it("serves every asset that the page names, to be kept for ever, and the page names nothing else", async () => {
    await using harness = await new Harness().start();
    const { body } = await harness.ask("/");
    const urls = [...body.matchAll(/(?:src|href)="([^"#]+)"/g)].map(([, url]) => url ?? "");
    expect(new Set(urls.map((url) => url.split("?")[0]))).toEqual(
      new Set(["icon.svg", "page.css", "page.js", "api/snapshot", "metrics", "support-bundle.json"]),
    );
    for (const url of urls) {
      const answer = await harness.ask(`/${url}`);
      expect(answer.status).toBe(200);
      if (url.includes("?")) expect(answer.headers["cache-control"]).toBe("public, max-age=31536000, immutable");
    }
  });

  it.each(PATHS)("answers HEAD %s like GET, without the body", async (path) => {
    await using harness = await new Harness().start();
    const got = await harness.ask(path);
    const { status, headers, body } = await harness.ask(path, { method: "HEAD" });
    expect(body).toBe("");
    expect(status).toBe(got.status);
    expect(headers["content-length"]).toBe(String(Buffer.byteLength(got.body)));
    expect(headers["content-type"]).toBe(got.headers["content-type"]);
  });

  it("answers HEAD /api/stream and ends", async () => {
    await using harness = await new Harness().start();
    const { status, headers, body } = await harness.ask("/api/stream", { method: "HEAD" });
    expect([status, headers["content-type"], body]).toEqual([200, "text/event-stream; charset=utf-8", ""]);
  });

  it.each(["POST", "PUT", "DELETE", "OPTIONS", "PATCH"])("refuses %s", async (method) => {
    await using harness = await new Harness().start();
    for (const path of [...PATHS, "/api/stream"]) {
      const { status, headers } = await harness.ask(path, { method });
      expect([status, headers.allow, headers.connection]).toEqual([405, "GET, HEAD", "close"]);
    }
  });

  it.each([
    "/nothing",
    "/api",
    "/api/snapshot/",
    "//",
    "/../../etc/passwd",
    "/..%2f..%2fetc%2fpasswd",
    "/page.css/../../../package.json",
    "/%2e%2e/package.json",
    "/\\..\\package.json",
    "/constructor",
    "/__proto__",
    "/%",
    "/%00",
    "/src/web/web-server.ts",
  ])("knows nothing at %s", async (path) => {
    await using harness = await new Harness().start();
    const { status, body } = await harness.ask(path);
    expect([status, body]).toEqual([404, `${REFUSALS.nothingHere.text.en}\n`]);
  });

  it.each([...PATHS, "/nothing"])("sends the security headers with %s", async (path) => {
    await using harness = await new Harness().start();
    const { headers } = await harness.ask(path);
    const policy = String(headers["content-security-policy"]);
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain("unsafe");
    expect(headers["x-content-type-options"]).toBe("nosniff");
    expect(headers["referrer-policy"]).toBe("no-referrer");
    expect(headers["cross-origin-resource-policy"]).toBe("same-origin");
    expect(headers["access-control-allow-origin"]).toBeUndefined();
  });

  it("answers 500, says so in the log and goes on when the state cannot be taken", async () => {
    const errors: unknown[][] = [];
    await using harness = await new Harness({ logger: { ...silentLogger, error: (...line: unknown[]) => void errors.push(line) } }).start();
    const status = harness.source.status.bind(harness.source);
    harness.source.status = () => {
      throw new Error("observer gone");
    };
    for (const path of ["/", "/api/snapshot", "/api/stream", "/metrics", "/readyz"]) {
      const { status: code, body } = await harness.ask(path);
      expect(code).toBe(500);
      expect(body).not.toContain("observer gone");
    }
    expect(errors).toHaveLength(5);
    expect(errors[0]?.[1]).toContain("observer gone");
    harness.source.status = status;
    expect((await harness.ask("/")).status).toBe(200);
  });
});

describe("life", () => {
  it("tells address and port once it runs", async () => {
    await using harness = new Harness();
    expect(harness.server.port).toBe(0);
    await harness.start();
    expect(harness.server.port).toBeGreaterThan(0);
    expect(harness.server.address).toBe("127.0.0.1");
  });

  it("starts once and stops once however often it is asked to", async () => {
    const harness = new Harness();
    await Promise.all([harness.start(), harness.start()]);
    expect(harness.source.listeners).toBe(1);
    await Promise.all([harness.server[Symbol.asyncDispose](), harness.server[Symbol.asyncDispose]()]);
    expect(harness.source.listeners).toBe(0);
    await expect(harness.ask("/")).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });

  it("can be stopped without having been started", async () => {
    await expect(new Harness().server[Symbol.asyncDispose]()).resolves.toBeUndefined();
  });

  it("does not start when the work was given up", async () => {
    await using harness = new Harness();
    await expect(harness.server.start(AbortSignal.abort())).rejects.toMatchObject({ name: "AbortError" });
    expect(harness.server.port).toBe(0);
  });

  it("ends streams and idle connections at once when it stops", async () => {
    const harness = await new Harness().start();
    const follower = await harness.follow();
    await follower.page();
    const idle = connect(harness.server.port, "127.0.0.1");
    await once(idle, "connect");
    const closed = once(idle.resume(), "close");
    await harness.server[Symbol.asyncDispose]();
    await closed;
    expect(await follower.frame()).toBeNull();
    // A proxy in front takes a stream without an end for an error.
    expect(follower.response.complete).toBe(true);
    expect(harness.clock.pendingTimers).toBe(0);
  });

  const failing = (host: string, port: number): Promise<void> =>
    new WebServer({ host, port, source: new FakeSource(), clock: systemClock, logger: silentLogger }).start(new AbortController().signal);

  it.each<[string, string, ErrorCode, string]>([
    ["an address of another machine", "192.0.2.1", "ADDRESS_UNAVAILABLE", "web.host"],
    ["a name that nobody knows", "no-such-host.invalid", "ADDRESS_UNAVAILABLE", "web.host"],
  ])("names the option to change for %s", async (_name, host, code, option) => {
    await expect(failing(host, 0)).rejects.toMatchObject({ code, message: expect.stringContaining(option), context: { host } });
  });

  it("names the option to change when the port is taken, and can be stopped then", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const address = other.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const server = new WebServer({ host: "127.0.0.1", port, source: new FakeSource(), clock: systemClock, logger: silentLogger });
    await expect(server.start(new AbortController().signal)).rejects.toMatchObject({
      code: "PORT_IN_USE",
      message: `Port ${port} is already in use: set the option web.port to a free one`,
    });
    await server[Symbol.asyncDispose]();
    other.close();
  });
});
