import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { HomematicError } from "../../../src/base/errors.ts";
import { problemText, sessionProblem } from "../../../src/homeassistant/session-problems.ts";

const FOLDER = new URL("../../../src/homeassistant/", import.meta.url);
/** What never reaches the page: the program ends, or says it in its log alone. */
const LOGGED_ONLY = ["ABORTED", "CONFIG_INVALID", "SUPERVISOR_FAILED"];

describe("what hinders Home Assistant from getting the values", () => {
  test("is never made up of an English text alone", () => {
    const sources = readdirSync(FOLDER, { withFileTypes: true }).filter((entry) => entry.isFile());
    const made = sources.flatMap(({ name }) => readFileSync(new URL(name, FOLDER), "utf8").match(/new HomematicError\(\{.*?\}\)/gs) ?? []);
    expect(made.length).toBeGreaterThan(8);
    const english = made
      .filter((text) => !LOGGED_ONLY.some((code) => text.includes(`"${code}"`)))
      .filter((text) => !/\.\.\.(PROBLEMS\[name\]|known)|message: (twoSentences|problemText|fill)\(/.test(text));
    expect(english).toEqual([]);
  });

  test("keeps its places in both languages", () => {
    const { en, de } = problemText(sessionProblem("unreachable", { values: { host: "ha.lan:8123", reason: { en: "off", de: "aus" } } }));
    expect(en).toBe("Home Assistant cannot be reached at ha.lan:8123 (off). Check that it runs and that the address is right");
    expect(de).toBe("Home Assistant ist unter ha.lan:8123 nicht erreichbar (aus). Prüfen Sie, ob es läuft und ob die Adresse stimmt");
  });

  test("quotes what nobody has foreseen as it is", () => {
    expect(problemText(new TypeError("x is not a function")).de).toBe("Etwas Unvorhergesehenes ging schief: x is not a function");
    expect(problemText(new HomematicError({ code: "STATE_UNWRITABLE" })).de).toMatch(/^Etwas Unvorhergesehenes/);
  });
});
