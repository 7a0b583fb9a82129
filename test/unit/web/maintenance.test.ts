import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../../../src/base/clock.ts";
import { silentLogger } from "../../../src/base/logger.ts";
import { renderPage } from "../../../src/web/page/render-page.ts";
import { REFUSALS } from "../../../src/web/refusals.ts";
import type { QuietStatus } from "../../../src/web/status.ts";
import { WebServer } from "../../../src/web/web-server.ts";
import { appStatus, cause, ccuStatus, FakeSource, NOW_MS } from "./status-fixture.ts";

const FORM = { action: "maintenance", token: "t0k" };
const ANNOUNCED: QuietStatus = { reason: "announced", until: new Date(NOW_MS + 1_752_000).toISOString() };
const NAMES = ["CCU", 'Kü"che & Co'] as const;

/** What was announced, by the name of the CCU. */
let announced: [name: string, minutes: number][];
let server: WebServer;
let url: string;

beforeEach(async () => {
  announced = [];
  const source = new FakeSource(appStatus({ ccus: NAMES.map((name) => ccuStatus({ name, quiet: ANNOUNCED })) }));
  const maintained = NAMES.map((name) => ({ name, announceMaintenance: (minutes: number) => void announced.push([name, minutes]) }));
  server = new WebServer({ host: "127.0.0.1", port: 0, source, maintained, clock: systemClock, logger: silentLogger });
  await server.start(new AbortController().signal);
  url = `http://127.0.0.1:${server.port}`;
});

afterEach(() => server[Symbol.asyncDispose]());

function post(body: unknown, headers: Record<string, string> = { "content-type": "application/json" }): Promise<Response> {
  return fetch(`${url}/api/maintenance`, { method: "POST", headers, body: typeof body === "string" ? body : JSON.stringify(body) });
}

describe("POST /api/maintenance", () => {
  test("announces it for one CCU, or for all, ends it with 0, and answers with what holds", async () => {
    const answer = await post({ ccu: NAMES[1], minutes: 30 });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ ccus: NAMES.map((name) => ({ name, quiet: ANNOUNCED })) });
    await post({ minutes: 1_440 }, { "content-type": "application/json; charset=utf-8" });
    await post({ ccu: NAMES[0], minutes: 0 });
    expect(announced).toEqual([
      [NAMES[1], 30],
      [NAMES[0], 1_440],
      [NAMES[1], 1_440],
      [NAMES[0], 0],
    ]);
  });

  test.each<[string, unknown, RegExp]>([
    ["too long", { minutes: 1_441 }, /^minutes: expected a whole number from 1 to 1440, or 0 to end it$/],
    ["negative", { minutes: -1 }, /^minutes: expected a whole number/],
    ["a fraction", { minutes: 1.5 }, /^minutes: expected a whole number/],
    ["a text", { minutes: "30" }, /^minutes: expected a whole number/],
    ["missing", {}, /^minutes: expected a whole number/],
    [
      "another CCU",
      { ccu: "Cellar", minutes: 30 },
      /^ccu: expected the name of a CCU \("CCU", "Kü\\"che & Co"\), or nothing for all of them$/,
    ],
    ["no name", { ccu: 1, minutes: 30 }, /^ccu: expected the name of a CCU/],
    ["both wrong", { ccu: "x", minutes: "x" }, /^ccu: .*; minutes: /],
    ["another field", { minutes: 30, minute: 3 }, /^body: expected ccu and minutes only$/],
    ["a list", [], /^body: expected JSON such as/],
    ["nothing", "", /^body: expected JSON such as \{ "ccu": "CCU", "minutes": 30 \}$/],
    ["too much", { minutes: 30, ccu: "x".repeat(2_000) }, /^body: expected JSON such as/],
  ])("%s is named as wrong, and nothing is done", async (_name, body, problem) => {
    const answer = await post(body);
    expect([answer.status, await answer.json()]).toEqual([400, { error: expect.stringMatching(problem) }]);
    expect(announced).toEqual([]);
  });

  test("is not open to pages of other sites: neither as the text that a browser sends unasked, nor with its own headers", async () => {
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "application/jsonp"]) {
      const answer = await post({ minutes: 30 }, { "content-type": type });
      expect([answer.status, await answer.json()]).toEqual([415, { error: "content-type: expected application/json" }]);
    }
    const cross = await post({ minutes: 30 }, { "content-type": "application/json", "sec-fetch-site": "cross-site" });
    expect(cross.status).toBe(400);
    const preflight = await fetch(`${url}/api/maintenance`, { method: "OPTIONS" });
    expect([preflight.status, preflight.headers.get("access-control-allow-origin")]).toEqual([405, null]);
    expect((await fetch(`${url}/api/maintenance`)).status).toBe(405);
    expect(announced).toEqual([]);
  });
});

describe("the card for maintenance", () => {
  const page = (quiet: QuietStatus | null, language: "en" | "de" = "en") =>
    renderPage({ status: appStatus({ ccus: [ccuStatus({ quiet })] }), language, nowMs: NOW_MS, maintenance: FORM });
  const send = (fields: Record<string, string>) =>
    fetch(`${url}/maintenance`, { method: "POST", body: new URLSearchParams(fields), redirect: "manual" });
  const token = async () =>
    /action="maintenance"><input type="hidden" name="token" value="([^"]+)"/.exec(await (await fetch(url)).text())?.[1] ?? "";

  test("offers 10, 30 and 60 min for each CCU as a plain form, and says what it means", () => {
    const html = page(null);
    expect(html).toContain('<input type="hidden" name="ccu" value="CCU">');
    expect([...html.matchAll(/<button name="minutes" value="(\d+)">/g)].map(([, minutes]) => minutes)).toEqual(["10", "30", "60"]);
    expect(html).toContain("Meanwhile nobody is alarmed");
    expect(page(null, "de")).toContain("Währenddessen gibt es keinen Alarm");
    expect(renderPage({ status: appStatus(), language: "en", nowMs: NOW_MS })).not.toContain("maintenance");
  });

  test.each<[QuietStatus["reason"], string, string, boolean]>([
    ["announced", "Maintenance is announced.", "Wartung ist angekündigt.", true],
    ["maintenance", "This is the daily time for maintenance.", "Das ist die tägliche Zeit für Wartung.", false],
    ["boot", "The CCU is starting.", "Die CCU startet gerade.", false],
  ])("says while it is quiet why (%s) and for how long, before the figures, and ends only what was announced", (reason, en, de, ends) => {
    const html = page({ ...ANNOUNCED, reason });
    expect(html).toContain(en);
    expect(html).toContain('<span data-left="1752.0">29\u00a0min 12\u00a0s</span>');
    expect(html.indexOf(en)).toBeLessThan(html.indexOf('class="tiles"'));
    expect(page({ ...ANNOUNCED, reason }, "de")).toContain(de);
    expect(html.includes('<button name="minutes" value="0">End now</button>')).toBe(ends);
  });

  test("takes what the buttons send, and leads back to the page", async () => {
    const answer = await send({ token: await token(), ccu: NAMES[1], minutes: "60" });
    expect([answer.status, answer.headers.get("location")]).toEqual([303, "./"]);
    await send({ token: await token(), ccu: NAMES[1], minutes: "0" });
    expect(announced).toEqual([
      [NAMES[1], 60],
      [NAMES[1], 0],
    ]);
  });

  test("says to whoever presses a button many times in a row that it was too often, and does nothing", async () => {
    const fields = { token: await token(), ccu: NAMES[1], minutes: "10" };
    for (let press = 1; press <= 20; press += 1) expect((await send(fields)).status).toBe(303);
    const answer = await send(fields);
    expect([answer.status, await answer.text()]).toEqual([429, `${REFUSALS.tooOften.text.en}\n`]);
    expect(announced).toHaveLength(20);
  });

  test.each([{ minutes: "60" }, { token: "x", minutes: "60" }])("is closed to pages of other sites: %o", async (fields) => {
    expect((await send(fields)).status).toBe(403);
    expect(announced).toEqual([]);
  });

  test.each([{ minutes: "" }, { minutes: "1441" }, {}, { ccu: "Attic of last week", minutes: "30" }])(
    "refuses what no button sends: %o",
    async (fields) => {
      const answer = await send({ token: await token(), ...fields });
      expect([answer.status, await answer.text()]).toEqual([403, `${REFUSALS.notFromOurPage.text.en}\n`]);
      expect(announced).toEqual([]);
    },
  );
});

describe("the card of the search", () => {
  const search = {
    since: new Date(NOW_MS - 192_000).toISOString(),
    nextAttemptInSeconds: 8,
    recovery: { step: "connection", passed: 1, steps: 8, since: new Date(NOW_MS - 192_000).toISOString() },
  } as const;

  test.each([
    ["en", "Looking for the interfaces of the CCU", "Step 2 of 8: reach the CCU", "next attempt in"],
    ["de", "Die Schnittstellen der CCU werden gesucht", "Schritt 2 von 8: die CCU erreichen", "nächster Versuch in"],
  ] as const)("says since when, where it is stuck, when it is tried again, and why (%s)", (language, title, step, next) => {
    const refused = cause("connection_refused", { interface: null });
    const ccu = ccuStatus({ search, interfaces: [], cause: refused });
    const html = renderPage({ status: appStatus({ ccus: [ccu] }), language, nowMs: NOW_MS });
    for (const part of [title, step, next, 'data-age="192.0"', 'data-left="8.0"', refused.remedy[language]]) expect(html).toContain(part);
    expect(renderPage({ status: appStatus(), language, nowMs: NOW_MS })).not.toContain(title);
  });
});
