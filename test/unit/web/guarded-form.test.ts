import { request } from "node:http";
import { describe, expect, it } from "vitest";
import { systemClock } from "../../../src/base/clock.ts";
import { silentLogger } from "../../../src/base/logger.ts";
import { WebServer } from "../../../src/web/web-server.ts";
import { companionStatus } from "./companion-fixture.ts";
import { appStatus, FakeSource } from "./status-fixture.ts";

const PATH = "/install-integration";

class Shop implements AsyncDisposable {
  wishes = 0;
  readonly source: FakeSource = new FakeSource(appStatus({ companion: companionStatus({ canInstall: true }) }));
  readonly server: WebServer = new WebServer({
    host: "127.0.0.1",
    port: 0,
    source: this.source,
    install: {
      accept: () => {
        this.wishes += 1;
      },
    },
    clock: systemClock,
    logger: silentLogger,
  });

  static async open(): Promise<Shop> {
    const shop = new Shop();
    await shop.server.start(new AbortController().signal);
    return shop;
  }

  async page(): Promise<string> {
    return (await fetch(`http://127.0.0.1:${this.server.port}/`)).text();
  }

  async token(): Promise<string> {
    return /name="token" value="([^"]+)"/.exec(await this.page())?.[1] ?? expect.fail("the page has no form");
  }

  post(body: string, headers: Record<string, string> = {}): Promise<{ status: number; location: string | undefined; body: string }> {
    return new Promise((resolve, reject) => {
      const all = { "content-type": "application/x-www-form-urlencoded", ...headers };
      const sending = request({ host: "127.0.0.1", port: this.server.port, path: PATH, method: "POST", headers: all, agent: false });
      sending.on("error", reject);
      sending.on("response", async (response) => {
        const text = (await response.toArray()).join("");
        resolve({ status: response.statusCode ?? 0, location: response.headers.location, body: text });
      });
      sending.end(body);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]();
  }
}

describe("the installation", () => {
  it("is asked for by the form of the page, which leads back to the page under any path", async () => {
    await using shop = await Shop.open();
    expect(await shop.page()).toContain('<form method="post" action="install-integration">');
    expect(await shop.post(`token=${await shop.token()}`)).toMatchObject({ status: 303, location: "./" });
    expect(shop.wishes).toBe(1);
  });

  it.each<[string, Record<string, string>]>([
    ["a browser that tells where the form came from", { "sec-fetch-site": "same-origin", origin: "http://homeassistant.local:8123" }],
    [
      "ingress, which rewrites the host and hides the origin",
      { host: "172.30.33.5:8099", origin: "null", "x-ingress-path": "/api/hassio_ingress/x" },
    ],
    ["a proxy that sends the body in pieces", { "transfer-encoding": "chunked" }],
  ])("works through %s", async (_name, headers) => {
    await using shop = await Shop.open();
    expect(await shop.post(`token=${await shop.token()}`, headers)).toMatchObject({ status: 303 });
    expect(shop.wishes).toBe(1);
  });

  it.each<[string, (token: string) => string, Record<string, string>]>([
    ["without the token", () => "", {}],
    ["with another token", (token) => `token=${token.toLowerCase()}x`, {}],
    ["with a token of the same length", (token) => `token=${"A".repeat(token.length)}`, {}],
    ["from another site, even with the token", (token) => `token=${token}`, { "sec-fetch-site": "cross-site" }],
    ["from another port of the machine", (token) => `token=${token}`, { "sec-fetch-site": "same-site" }],
    ["with more than any form of ours has", (token) => `token=${token}&x=${"x".repeat(2_000)}`, {}],
    ["as JSON", (token) => JSON.stringify({ token }), { "content-type": "application/json" }],
  ])("is refused %s", async (_name, body, headers) => {
    await using shop = await Shop.open();
    const answer = await shop.post(body(await shop.token()), headers);
    expect(answer.status).toBe(403);
    expect(answer.body).toContain("Go back, load the page anew");
    expect(shop.wishes).toBe(0);
  });

  it("is not asked for by reading, and nothing but its path takes a form", async () => {
    await using shop = await Shop.open();
    const url = `http://127.0.0.1:${shop.server.port}`;
    const read = await fetch(`${url}${PATH}?token=${await shop.token()}`);
    expect([read.status, read.headers.get("allow")]).toEqual([405, "POST"]);
    expect((await fetch(`${url}/`, { method: "POST", body: "" })).status).toBe(405);
    expect(shop.wishes).toBe(0);
  });

  it("keeps its token out of the JSON and makes a new one at each start", async () => {
    await using shop = await Shop.open();
    const token = await shop.token();
    const json = await (await fetch(`http://127.0.0.1:${shop.server.port}/api/snapshot`)).text();
    expect(json).not.toContain(token);
    await using other = await Shop.open();
    expect(await other.token()).not.toBe(token);
  });

  it("has no path where nothing can be installed", async () => {
    await using server = new WebServer({ host: "127.0.0.1", port: 0, source: new FakeSource(), clock: systemClock, logger: silentLogger });
    await server.start(new AbortController().signal);
    expect((await fetch(`http://127.0.0.1:${server.port}${PATH}`, { method: "POST" })).status).toBe(404);
  });

  it("lets the page send forms to itself only", async () => {
    await using shop = await Shop.open();
    const { headers } = await fetch(`http://127.0.0.1:${shop.server.port}/`);
    expect(headers.get("content-security-policy")).toContain("form-action 'self'");
  });
});
