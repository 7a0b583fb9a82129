import { once } from "node:events";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { WebLimits } from "../../../src/web/web-server.ts";
import { companionStatus } from "./companion-fixture.ts";
import { Harness } from "./harness.ts";
import { expectAnswer, open, send } from "./raw-http.ts";
import { appStatus } from "./status-fixture.ts";

const LIMITS: WebLimits = { connections: 200, requestMs: 300, stalledMs: 10_000 };
const JSON_TYPE = "Content-Type: application/json";
const API = "/api/maintenance";
const FORMS = ["/maintenance", "/test-callback", "/install-integration"];
const THIRTY = '{"minutes":30}';
/** Larger than anything that is asked of us, and only begun. */
const LARGE = ["Content-Length: 1000000000", "x".repeat(5_000)] as const;
const LARGE_PIECES = ["Transfer-Encoding: chunked", `fffffff\r\n${"x".repeat(5_000)}`] as const;

/** What was done, in order; no attack may add to it. */
let done: string[];
let harness: Harness;

function serve(allowedPeers: readonly string[] | null = null): Promise<Harness> {
  const announced = (name: string) => ({ name, announceMaintenance: (minutes: number) => void done.push(`${name} ${minutes}`) });
  return new Harness({
    status: appStatus({ companion: companionStatus({ canInstall: true }) }),
    limits: LIMITS,
    install: { accept: () => void done.push("install") },
    callbackTester: {
      test: () => {
        done.push("test");
        return Promise.reject(new Error("of no interest"));
      },
    },
    maintained: [announced("CCU"), announced("Cellar")],
    allowedPeers,
  }).start();
}

beforeEach(async () => {
  done = [];
  harness = await serve();
});

afterEach(() => harness[Symbol.asyncDispose]());

function request(path: string, headers: readonly string[], body = "", host = "localhost"): string {
  return `${[`POST ${path} HTTP/1.1`, `Host: ${host}`, ...headers].join("\r\n")}\r\n\r\n${body}`;
}

/** A whole request with a body; latin1, so a character is a byte. */
function whole(path: string, body: string, headers: readonly string[] = [JSON_TYPE], host?: string): string {
  return request(path, [...headers, `Content-Length: ${body.length}`, "Connection: close"], body, host);
}

async function expectRefused(text: string, status: string): Promise<void> {
  expectAnswer(await send(harness.server.port, text), status);
  expect(done).toEqual([]);
  expect((await harness.ask("/healthz")).status).toBe(200);
}

/** One for each form. */
async function tokens(): Promise<readonly string[]> {
  const { body } = await harness.ask("/");
  const all = new Set([...body.matchAll(/name="token" value="([^"]+)"/g)].map(([, token = ""]) => token));
  expect(all.size).toBe(FORMS.length);
  return [...all];
}

it("the same requests do what they ask for when they come from the page or an automation", async () => {
  expectAnswer(await send(harness.server.port, whole(API, THIRTY)), "200");
  for (const token of await tokens())
    for (const form of FORMS) await send(harness.server.port, whole(form, `token=${token}&minutes=10`, []));
  expect(done.toSorted()).toEqual(["CCU 10", "CCU 30", "Cellar 10", "Cellar 30", "install", "test"]);
});

describe("POST /api/maintenance", () => {
  it.each([
    ["from another site", [JSON_TYPE, "Sec-Fetch-Site: cross-site"], "400"],
    ["from another port of the machine", [JSON_TYPE, "Sec-Fetch-Site: same-site"], "400"],
    ["as a page sends it without being asked", ["Content-Type: text/plain"], "415"],
    ["as a form", ["Content-Type: application/x-www-form-urlencoded"], "415"],
    ["as a form with files", ["Content-Type: multipart/form-data; boundary=x"], "415"],
    ["as JSON only by a parameter", ["Content-Type: text/plain; charset=application/json"], "415"],
    ["of two types", ["Content-Type: text/plain", JSON_TYPE], "415"],
    ["without a type", [], "415"],
  ])("%s is refused", async (_name, headers, status) => {
    await expectRefused(whole(API, THIRTY, headers), status);
  });

  it.each([
    '{"__proto__":{"minutes":30}}',
    '{"__proto__":{"name":"x"},"minutes":30}',
    '{"constructor":{"prototype":{"minutes":30}}}',
    '{"prototype":1,"minutes":30}',
    '{"ccu":"__proto__","minutes":30}',
    '{"ccu":"constructor","minutes":30}',
    '{"ccu":["CCU"],"minutes":30}',
    '{"ccu":null,"minutes":30}',
    '{"minutes":-1}',
    '{"minutes":-1e308}',
    '{"minutes":1441}',
    '{"minutes":1e308}',
    '{"minutes":1e999}',
    '{"minutes":9007199254740993}',
    '{"minutes":0.5}',
    '{"minutes":NaN}',
    '{"minutes":Infinity}',
    '{"minutes":"30"}',
    '{"minutes":[30]}',
    '{"minutes":{"valueOf":30}}',
    '{"minutes":true}',
    '{"minutes":30',
    '{"minutes":30}{"minutes":30}',
    "null",
    "30",
    "[[[[".repeat(250),
    "\xef\xbb\xbf{}",
    "\xff\xfe{\x00}\x00",
    '{"\x00":1}',
  ])("with %s is refused", async (body) => {
    await expectRefused(whole(API, body), "400");
  });

  it("names what is wrong with a number once", async () => {
    const answer = await send(harness.server.port, whole(API, '{"minutes":9007199254740993}'));
    expect(answer).toContain('{"error":"minutes: expected a whole number from 1 to 1440, or 0 to end it"}');
  });

  it("in a flood is taken a few times for each CCU, and again as time passes", async () => {
    const post = async (body: string): Promise<string> => (await send(harness.server.port, whole(API, body))).slice(9, 12);
    const flood = await Promise.all(Array.from({ length: 100 }, () => post('{"ccu":"CCU","minutes":30}')));
    expect(new Set(flood)).toEqual(new Set(["200", "429"]));
    expect(done).toHaveLength(20);
    expect(await send(harness.server.port, whole(API, THIRTY))).toContain('{"error":"announced too often: try again in 10 s"}');
    expect(await post('{"ccu":"Cellar","minutes":30}')).toBe("200");
    await harness.clock.advance(10_000);
    expect(await post('{"ccu":"CCU","minutes":30}')).toBe("200");
    expect(await post('{"ccu":"CCU","minutes":30}')).toBe("429");
    expect(done).toHaveLength(22);
  });
});

describe.each([API, ...FORMS])("POST %s", (path) => {
  const headers = path === API ? [JSON_TYPE] : [];
  const refused = path === API ? "400" : "403";

  it.each([
    ["by its length", LARGE],
    ["in pieces", LARGE_PIECES],
  ])("is sent away with a body that is too large %s, before it has come", async (_name, [header, body]) => {
    await expectRefused(request(path, [...headers, header], body), refused);
  });

  it.each([
    ["by its length", "Content-Length: 30", "{"],
    ["in pieces", "Transfer-Encoding: chunked", "1\r\n{\r\n"],
  ])("is sent away in time with a body that does not come to an end %s", async (_name, header, body) => {
    const startedMs = performance.now();
    await expectRefused(request(path, [...headers, header], body), "408");
    expect(performance.now() - startedMs).toBeLessThan(5_000);
  });

  it("does nothing for somebody who is gone before the body has come", async () => {
    const socket = open(harness.server.port, request(path, [...headers, "Content-Length: 30"], "{"));
    await once(socket, "connect");
    socket.destroy();
    await once(socket, "close");
    await expectRefused(whole(path, "", headers), refused);
  });

  it.each(["evil.example", "127.0.0.1.evil.example", ""])("is closed to DNS rebinding by the name %j", async (host) => {
    for (const token of ["", ...(await tokens())]) {
      const body = path === API ? THIRTY : `token=${token}&minutes=30`;
      await expectRefused(whole(path, body, [...headers, "Sec-Fetch-Site: same-origin"], host), "421");
    }
  });

  it("of an app is closed to all but the Supervisor, whatever they say of themselves", async () => {
    await using app = await serve(["172.30.32.2"]);
    const liar = [...headers, "X-Forwarded-For: 172.30.32.2", "X-Ingress-Path: /api/hassio_ingress/x", "X-Remote-User-Name: admin"];
    expectAnswer(await send(app.server.port, whole(path, THIRTY, liar)), "403");
    expect(done).toEqual([]);
  });

  it("is closed to other sites, even with a token, and to every other method", async () => {
    for (const token of await tokens()) {
      const body = path === API ? THIRTY : `token=${token}&minutes=30`;
      await expectRefused(whole(path, body, [...headers, "Sec-Fetch-Site: cross-site"]), refused);
    }
    for (const method of ["GET", "PUT", "PATCH", "DELETE", "OPTIONS"])
      await expectRefused(whole(path, THIRTY, [JSON_TYPE, "X-HTTP-Method-Override: POST"]).replace("POST", method), "405");
  });
});
