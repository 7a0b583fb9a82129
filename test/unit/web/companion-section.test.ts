import { describe, expect, it } from "vitest";
import { renderPage } from "../../../src/web/page/render-page.ts";
import { type Language, TEXTS } from "../../../src/web/page/texts.ts";
import type { AppStatus, CompanionStatus } from "../../../src/web/status.ts";
import { companionStatus } from "./companion-fixture.ts";
import { ago, appStatus, NOW_MS } from "./status-fixture.ts";

const WAITING: AppStatus["homeAssistant"] = { state: "waiting", since: ago(9), message: { en: "Refused.", de: "Abgelehnt." } };

function section(
  companion: CompanionStatus | null,
  language: Language = "en",
  homeAssistant = WAITING,
  installToken: string | null = "t0k",
): string {
  const install = installToken === null ? null : { action: "install-integration", token: installToken };
  const page = renderPage({ status: appStatus({ companion, homeAssistant }), language, nowMs: NOW_MS, install });
  return /<section class="card companion">.*?<\/section>/s.exec(page)?.[0] ?? "";
}

const steps = (text: string): readonly string[] => [...text.matchAll(/<li[^>]*>/g)].map(([tag]) => tag);

describe("the integration on the page", () => {
  it("is shown with its sentence in the reader's language, and since when", () => {
    expect(section(companionStatus())).toContain("<p>It is not installed: choose Install.</p>");
    expect(section(companionStatus(), "de")).toContain("<p>Sie ist nicht installiert: Wählen Sie Installieren.</p>");
    expect(section(companionStatus())).toContain("for <time");
    expect(section(null)).toBe("");
  });

  it("shows the steps of a first installation with the current one highlighted", () => {
    for (const language of ["en", "de"] as const) {
      const { companion } = TEXTS[language];
      const text = section(companionStatus({ state: "restart_pending", step: 2 }), language);
      expect(steps(text)).toEqual(['<li class="done">', '<li aria-current="step">', "<li>", "<li>"]);
      for (const step of companion.steps) expect(text).toContain(step.replaceAll("&", "&amp;").replaceAll(">", "&gt;"));
      expect(text).toContain(`(${companion.done})`);
    }
  });

  it("shows the last step until Home Assistant receives the values, then only the sentence", () => {
    const running = companionStatus({ state: "running", step: 4 });
    expect(steps(section(running)).at(-1)).toBe('<li aria-current="step">');
    const done = section(running, "en", { state: "publishing", since: ago(3), message: null });
    expect(steps(done)).toEqual([]);
    expect(done).toContain(running.message.en);
  });

  it("comes before everything else while there is something to do, and after it else", () => {
    const order = (companion: CompanionStatus, state: "waiting" | "publishing"): boolean => {
      const status = appStatus({ companion, homeAssistant: { state, since: ago(3), message: null } });
      const page = renderPage({ status, language: "en", nowMs: NOW_MS });
      return page.indexOf('class="card companion"') < page.indexOf('class="ccu"');
    };
    expect(order(companionStatus(), "waiting")).toBe(true);
    expect(order(companionStatus({ state: "update_restart_pending", step: null }), "publishing")).toBe(true);
    expect(order(companionStatus({ state: "running", step: 4 }), "publishing")).toBe(false);
  });

  it.each([
    ["restart_pending", "/config/system"],
    ["update_restart_pending", "/config/system"],
    ["not_added", "/config/integrations/dashboard"],
    ["not_loaded", "/config/integrations/integration/homematic_vitals"],
    ["offered", null],
    ["running", null],
  ])("leads from %s to %s of Home Assistant, out of its frame and only inside of it", (state, address) => {
    const linksOf = (inHomeAssistant: boolean): readonly string[] => {
      const status = appStatus({ companion: companionStatus({ state }), homeAssistant: WAITING });
      const page = renderPage({ status: { ...status, app: { ...status.app, inHomeAssistant } }, language: "de", nowMs: NOW_MS });
      return [...page.matchAll(/<a class="button" href="(\/[^"]*)" target="_top">/g)].map(([, href = ""]) => href);
    };
    expect(linksOf(true)).toEqual(address === null ? [] : [address]);
    expect(linksOf(false)).toEqual([]);
  });

  it("does not call it trouble while the guide goes on that Home Assistant gets no values yet, as the verdict does not", () => {
    const picture = (companion: CompanionStatus | null): string | undefined => {
      const page = renderPage({ status: appStatus({ companion, homeAssistant: WAITING }), language: "en", nowMs: NOW_MS });
      return /<section class="card home-assistant"><svg class="icon (\w+)"/.exec(page)?.[1];
    };
    expect(picture(companionStatus({ state: "restart_pending", step: 2 }))).toBe("unknown");
    expect(picture(companionStatus({ state: "running", step: 4 }))).toBe("problem");
    expect(picture(null)).toBe("problem");
  });

  it("shows no steps outside of a first installation", () => {
    expect(steps(section(companionStatus({ state: "update_restart_pending", step: null })))).toEqual([]);
  });

  it("has the button only where something can be asked for", () => {
    expect(section(companionStatus({ canInstall: true }))).toContain("<button>Install</button>");
    expect(section(companionStatus({ canInstall: true }), "de")).toContain("<button>Installieren</button>");
    expect(section(companionStatus({ canInstall: true }))).toContain("never restarts Home Assistant");
    expect(section(companionStatus({ canInstall: false }))).not.toContain("<form");
    expect(section(companionStatus({ canInstall: true }), "en", WAITING, null)).not.toContain("<form");
  });

  it("says why something failed, with a picture of its own", () => {
    const hint = { en: "The disk is full: make room.", de: "Der Speicher ist voll." };
    const text = section(companionStatus({ state: "failed", hint, canInstall: true }));
    expect(text).toContain("<bdi>The disk is full: make room.</bdi>");
    expect(text).toContain('<svg class="icon problem"');
    expect(section(companionStatus({ state: "running", step: 4 }))).toContain('<svg class="icon ok"');
    expect(section(companionStatus())).toContain('<svg class="icon unknown"');
  });

  it("cannot be changed by what Home Assistant answers", () => {
    const nasty = `</p><script>x</script>"'`;
    const text = section(companionStatus({ state: nasty, hint: { en: nasty, de: nasty } }));
    expect(text).not.toContain("<script>");
  });
});
