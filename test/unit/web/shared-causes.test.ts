import { describe, expect, it } from "vitest";
import type { CauseCode } from "../../../src/diagnosis/cause-codes.ts";
import { CAUSES } from "../../../src/diagnosis/causes.ts";
import { renderPage } from "../../../src/web/page/render-page.ts";
import { TEXTS } from "../../../src/web/page/texts.ts";
import type { CauseStatus, InterfaceStatus } from "../../../src/web/status.ts";
import { ago, appStatus, cause, ccuStatus, interfaceStatus, NOW_MS, path } from "./status-fixture.ts";

const NAMES = ["BidCos-RF", "HmIP-RF", "VirtualDevices"];

function interfaces(...causes: readonly (CauseStatus | null)[]): readonly InterfaceStatus[] {
  return causes.map((one, index) => interfaceStatus({ name: NAMES[index] ?? "", cause: one }));
}

function render(...ccus: readonly (readonly InterfaceStatus[])[]): string {
  const status = appStatus({ ccus: ccus.map((one, index) => ccuStatus({ name: `House ${index + 1}`, interfaces: one })) });
  return renderPage({ status, language: "en", nowMs: NOW_MS });
}

function words(html: string): string {
  return html.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ");
}

/** Without the verdict, which says it once more. */
function ccuSections(html: string): string {
  return html.slice(html.indexOf('<section class="ccu">')).replaceAll("&#39;", "'");
}

function count(text: string, part: string): number {
  return text.split(part).length - 1;
}

const remedyOf = (code: CauseCode): string => CAUSES[code].remedy.en;

describe("a cause that several interfaces of a CCU share", () => {
  it("is said once for the CCU, with what to do, and each interface refers to it", () => {
    const page = ccuSections(
      render(interfaces(cause("timeout", { since: ago(30) }), cause("timeout", { since: ago(95) }), cause("timeout"))),
    );
    expect(count(page, CAUSES.timeout.text.en)).toBe(1);
    expect(count(page, remedyOf("timeout"))).toBe(1);
    expect(count(page, TEXTS.en.sharedCause)).toBe(3);
    expect(words(page)).toContain(`${CAUSES.timeout.text.en} for 2 min 0 s`.replace(/\s+/g, " "));
    expect(page.indexOf(remedyOf("timeout"))).toBeLessThan(page.indexOf("<h3><bdi>BidCos-RF"));
  });

  it("names whom it concerns when it is not all of them", () => {
    const page = ccuSections(render(interfaces(cause("radio_silent"), cause("radio_silent"), null)));
    expect(words(page)).toContain(`BidCos-RF , HmIP-RF : ${CAUSES.radio_silent.text.en}`);
    expect(count(page, TEXTS.en.sharedCause)).toBe(2);
  });

  it("stays at the interface where no other has it, also when only its facts differ", () => {
    const lost = (gateway: string): CauseStatus => cause("gateway_disconnected", { message: { en: `Lost: ${gateway}.`, de: "" } });
    const page = ccuSections(render(interfaces(lost("Kitchen"), lost("Attic"), null)));
    expect(count(page, remedyOf("gateway_disconnected"))).toBe(2);
    expect(page).not.toContain(TEXTS.en.sharedCause);
  });

  it("is no matter of another CCU", () => {
    const page = ccuSections(render(interfaces(cause("timeout")), interfaces(cause("timeout"))));
    expect(page).not.toContain(TEXTS.en.sharedCause);
  });

  it("is said of the CCU in the verdict when all of its interfaces have it, and of these otherwise", () => {
    const verdict = (html: string): string => words(/<section class="verdict.*?<\/section>/s.exec(html)?.[0] ?? "");
    const all = interfaces(cause("timeout"), cause("timeout"), cause("timeout"));
    expect(verdict(render(all))).toContain(`House 1 : ${CAUSES.timeout.text.en}`);
    expect(verdict(render(interfaces(null), all))).toContain(`House 2 : ${CAUSES.timeout.text.en}`);
    expect(verdict(render(interfaces(cause("timeout"), cause("timeout"), null)))).toContain(
      `BidCos-RF , HmIP-RF : ${CAUSES.timeout.text.en}`,
    );
  });
});

describe("the verdict", () => {
  it("counts from when the first path failed, although the cause was found later", () => {
    const failing = path({ state: "failing", since: ago(300) });
    const one = interfaceStatus({ cause: cause("callback_unreachable"), paths: { command: path(), event: failing, radio: path() } });
    expect(words(/<section class="verdict.*?<\/section>/s.exec(render([one]))?.[0] ?? "")).toContain(" for 5 min 0 s");
  });

  it("counts from when nothing of a CCU was found, although the reason was another one at first", () => {
    const recovery = { step: "connection", passed: 1, steps: 8, since: ago(120) } as const;
    const search = { since: ago(192), nextAttemptInSeconds: 8, recovery };
    const ccu = ccuStatus({ cause: cause("connection_refused", { interface: null }), search, interfaces: [] });
    const page = renderPage({ status: appStatus({ ccus: [ccu] }), language: "en", nowMs: NOW_MS });
    expect(words(/<section class="verdict.*?<\/section>/s.exec(page)?.[0] ?? "")).toContain(" for 3 min 12 s");
  });
});

describe("an interface that is not there yet", () => {
  it("says the step that it is at and when it is tried again, and not since when the last attempt is over", () => {
    const recovery = { step: "http", passed: 2, steps: 8, since: ago(120) } as const;
    const page = words(ccuSections(render([interfaceStatus({ state: "waiting", since: ago(2), nextAttemptInSeconds: 4, recovery })])));
    expect(page).toContain("HmIP-RF Step 3 of 8: get an answer · next attempt in 4 s");
    expect(page).not.toContain("for 2 s");
  });
});
