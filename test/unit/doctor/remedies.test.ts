import { describe, expect, test } from "vitest";
import { CAUSE_CODES } from "../../../src/diagnosis/cause-codes.ts";
import { CAUSES } from "../../../src/diagnosis/causes.ts";
import { remedyOf } from "../../../src/doctor/remedies.ts";
import { DOCTOR_OPTIONS } from "../../../src/doctor/request.ts";

/** What a single look from the command line does not have. */
const FOREIGN = /options|Optionen|\blog\b|Protokoll|verify_tls|callback host|by itself|von selbst|^Nothing|^Nichts|Kennung/;

describe.each(CAUSE_CODES.filter((code) => code !== "id_conflict"))("the remedy of %s", (code) => {
  test.each(["en", "de"] as const)("speaks of the command line only: %s", (language) => {
    const remedy = remedyOf(code)[language];
    expect(remedy).not.toMatch(FOREIGN);
    const flags = [...remedy.matchAll(/--([a-z-]+)/g)].map(([, name]) => name);
    expect(flags.filter((name) => !Object.hasOwn(DOCTOR_OPTIONS, name ?? ""))).toEqual([]);
  });

  test("names the same options in both languages", () => {
    const { en, de } = remedyOf(code);
    const named = (text: string) => new Set(text.match(/--[a-z-]+/g));
    expect(named(de)).toEqual(named(en));
  });
});

test("a remedy that fits both is that of the program", () => {
  expect(remedyOf("firewall_rejected")).toBe(CAUSES.firewall_rejected.remedy);
});
