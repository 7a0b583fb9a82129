import { describe, expect, it } from "vitest";
import { CallbackTest, type CallbackTestResult } from "../../../src/web/callback-test.ts";
import { renderPage } from "../../../src/web/page/render-page.ts";
import { appStatus, NOW_MS } from "./status-fixture.ts";

const REACHED: CallbackTestResult = { ok: true, message: { en: "It answers.", de: "Es antwortet." }, remedy: null };
const FORM = { action: "test-callback", token: "t0k" };

describe("the test of the callback", () => {
  it("remembers what it showed and when", async () => {
    const test = new CallbackTest({ tester: { test: async () => REACHED }, wallMs: () => NOW_MS });
    expect(test.last).toBeNull();
    await test.run();
    expect(test.last).toEqual({ ...REACHED, at: new Date(NOW_MS).toISOString() });
  });

  it("runs once at a time, however often somebody asks, and anew afterwards", async () => {
    let runs = 0;
    const { promise, resolve } = Promise.withResolvers<CallbackTestResult>();
    const tester = {
      test: () => {
        runs += 1;
        return promise;
      },
    };
    const test = new CallbackTest({ tester, wallMs: () => NOW_MS });
    const asked = [test.run(), test.run()];
    resolve(REACHED);
    await Promise.all(asked);
    expect(runs).toBe(1);
    await test.run();
    expect(runs).toBe(2);
  });

  it("says that it did not come to an end when it breaks", async () => {
    const test = new CallbackTest({ tester: { test: () => Promise.reject(new Error("boom")) }, wallMs: () => NOW_MS });
    await test.run();
    expect(test.last).toMatchObject({ ok: false, message: { en: "The test itself did not come to an end." } });
  });

  it("is offered on the page, with what it showed last and what to do", () => {
    const last = {
      ok: false,
      message: { en: "No & no.", de: "Nein & nein." },
      remedy: { en: "Do.", de: "Tun." },
      at: new Date(NOW_MS - 61_000).toISOString(),
    };
    const page = renderPage({ status: appStatus(), language: "de", nowMs: NOW_MS, guides: { callbackTest: { form: FORM, last } } });
    expect(page).toContain('<form method="post" action="test-callback"><input type="hidden" name="token" value="t0k">');
    expect(page).toContain("Nein &amp; nein.");
    expect(page).toContain("Was zu tun ist: <bdi>Tun.</bdi>");
    expect(renderPage({ status: appStatus(), language: "de", nowMs: NOW_MS })).not.toContain("test-callback");
  });
});
