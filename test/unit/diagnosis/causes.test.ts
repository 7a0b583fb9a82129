import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { fill, LANGUAGES } from "../../../src/base/local-text.ts";
import { CAUSE_CODES, type CauseCode } from "../../../src/diagnosis/cause-codes.ts";
import { CAUSES, causeMessage } from "../../../src/diagnosis/causes.ts";

describe("CAUSES", () => {
  test("describes each code, in the order of the list, and no other", () => {
    expect(Object.keys(CAUSES).toSorted()).toEqual(CAUSE_CODES.toSorted());
  });

  test.each(CAUSE_CODES)("%s has whole sentences in every language", (code) => {
    const { text, remedy } = CAUSES[code];
    for (const language of LANGUAGES) {
      for (const sentence of [text[language], remedy[language]]) {
        expect(sentence).toMatch(/^[A-ZÄÖÜ].{12,}\.$/);
        // A message of the companion protocol and an attribute in Home Assistant hold this much.
        expect(sentence.length).toBeLessThan(250);
      }
    }
    expect(text.de).not.toBe(text.en);
    expect(remedy.de).not.toBe(remedy.en);
  });

  test("no German text says du", () => {
    for (const { text, remedy } of Object.values(CAUSES))
      expect(`${text.de} ${remedy.de}`).not.toMatch(/\b(du|dein\w*|dich|dir|prüfe|starte|trage)\b/i);
  });

  test("placeholders are the same in both languages, and all of them are filled", () => {
    for (const code of CAUSE_CODES) {
      const { text, remedy } = CAUSES[code];
      const names = (sentence: string): readonly string[] => [...sentence.matchAll(/\{\w+\}/g)].map(([name]) => name).toSorted();
      expect(names(text.en)).toEqual(names(text.de));
      expect([...names(remedy.en), ...names(remedy.de)]).toEqual([]);
      const message = causeMessage(code, { url: "http://10.0.0.1:8095", gateways: "Gateway" });
      expect(`${message.en}${message.de}`).not.toMatch(/[{}]/);
    }
  });

  test("an incident on record, which keeps no address and no names, leaves no hole in the sentence", () => {
    for (const code of CAUSE_CODES) {
      const { en, de } = causeMessage(code);
      expect(`${en} ${de}`).not.toMatch(/ {2}|: ?\.| at to |unter aber/);
    }
    expect(causeMessage("callback_unreachable")).toEqual({
      en: "The CCU cannot reach this machine at the address that it was given to report events.",
      de: "Die CCU erreicht dieses Gerät unter der Adresse, die ihr genannt wurde, nicht, um Ereignisse zu melden.",
    });
  });

  test("the URL that the CCU must reach is part of the message", () => {
    for (const language of LANGUAGES) {
      expect(causeMessage("callback_unreachable", { url: "http://10.0.0.1:8095" })[language]).toContain("http://10.0.0.1:8095");
    }
  });
});

test("fill takes a text for each language and leaves out what has no value", () => {
  const text = { en: "to {place}{more}", de: "zu {place}{more}" };
  expect(fill(text, { place: { en: "the CCU", de: "der CCU" } })).toEqual({ en: "to the CCU", de: "zu der CCU" });
});

describe.each(LANGUAGES)("the remedies in %s", (language) => {
  const form = parse(readFileSync(new URL(`../../../addon/translations/${language}.yaml`, import.meta.url), "utf8")).configuration;

  test.each<[CauseCode, string | null, readonly string[]]>([
    ["tls_failed", "verify_tls", [form.ccus.fields.verify_tls.name]],
    ["tls_failed", "tls", [form.ccus.fields.tls.name]],
    ["callback_address_unknown", "callback.host", [form.callback.name]],
    ["callback_unreachable", "callback.host", [form.callback.name]],
    ["credentials_rejected", null, [form.ccus.fields.username.name, form.ccus.fields.password.name]],
  ])("call the settings of %s as the form of the app does, with its key, if it has another one (%o)", (code, key, names) => {
    const remedy = CAUSES[code].remedy[language];
    for (const name of names) expect(remedy.toLowerCase()).toContain(name.toLowerCase());
    if (key !== null) expect(remedy).toContain(`(${key})`);
  });

  test("name no key of a setting in the middle of a sentence", () => {
    for (const { remedy } of Object.values(CAUSES)) {
      expect(remedy[language].replaceAll(/\([a-z_.]+\)/g, "")).not.toMatch(/[a-z]_[a-z]|\b(username|host|tls)\b/);
    }
  });
});

// It is said of several interfaces at once, and of the CCU.
test.each(CAUSE_CODES.filter((code) => code !== "interface_not_installed"))(
  "what is said of %s holds for more than one interface",
  (code) => {
    const { text, remedy } = CAUSES[code];
    for (const sentence of [text.en, remedy.en, text.de, remedy.de])
      expect(sentence).not.toMatch(/\b(this interface|diese[rn]? Schnittstelle)\b/i);
  },
);
