import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { ACTIONS } from "../../../src/simulator/actions.ts";
import { NO_FAULTS } from "../../../src/simulator/faults.ts";
import { type Field, takes } from "../../../src/simulator/fields.ts";
import { SCENARIOS } from "../../../src/simulator/scenarios.ts";
import { isSwitchName, SWITCH_GROUPS, SWITCHES } from "../../../src/simulator/switches.ts";

const text = readFileSync(resolve(import.meta.dirname, "../../../docs/simulator.md"), "utf8");

/** The rows of the table under a heading, without its head. */
function rowsUnder(heading: string): readonly string[] {
  const section = text.split(`\n## ${heading}\n`)[1]?.split("\n## ")[0] ?? "";
  return section
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .slice(2);
}

const parameters = (fields: Readonly<Record<string, Field<unknown>>>, usual: Readonly<Record<string, unknown>>): string =>
  Object.entries(fields)
    .map(([name, { input }]) => `\`${name}\`: ${takes(input)} (${JSON.stringify(usual[name])})`)
    .join("; ");

describe("docs/simulator.md", () => {
  it("has every switch with what it takes and does", () => {
    expect(rowsUnder("Switches")).toEqual(
      Object.entries(SWITCHES).map(([name, { about, input }]) => {
        const usual = isSwitchName(name) ? JSON.stringify(NO_FAULTS[name]) : "";
        return `| \`${name}\` | ${input.kind === "choice" ? "see below" : takes(input)} | ${usual.replaceAll('"', "")} | ${about.en} |`;
      }),
    );
  });

  it("has every value of a switch that is a choice", () => {
    expect(rowsUnder("Values of the switches that are a choice")).toEqual(
      Object.entries(SWITCHES).flatMap(([name, { input }]) =>
        input.kind === "choice" ? Object.entries(input.values).map(([value, about]) => `| \`${name}\` | \`${value}\` | ${about.en} |`) : [],
      ),
    );
  });

  it("has every action with its parameters", () => {
    expect(rowsUnder("Actions")).toEqual(
      Object.entries(ACTIONS).map(
        ([name, { about, fields, usual }]) => `| \`${name}\` | ${parameters(fields, usual) || "-"} | ${about.en} |`,
      ),
    );
  });

  it("has every built-in scenario", () => {
    expect(rowsUnder("Built-in scenarios")).toEqual(Object.entries(SCENARIOS).map(([name, { about }]) => `| \`${name}\` | ${about.en} |`));
  });
});

it("every switch has its place on the page, once", () => {
  expect(SWITCH_GROUPS.flatMap(({ names }) => names)).toEqual(Object.keys(SWITCHES));
});

it("every text is there in both languages", () => {
  const texts = [...Object.values(SWITCHES), ...Object.values(ACTIONS), ...Object.values(SCENARIOS)].map(({ about }) => about);
  for (const { en, de } of texts) {
    expect(en).not.toBe("");
    expect(de).not.toBe("");
    expect(de).not.toBe(en);
  }
});
