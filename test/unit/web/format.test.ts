import { describe, expect, it } from "vitest";
import { formatAge, formatNumber } from "../../../src/web/page/format.ts";

describe("formatAge", () => {
  it.each([
    [-5, "0 s"],
    [0.9, "0 s"],
    [59.99, "59 s"],
    [60, "1 min 0 s"],
    [95.4, "1 min 35 s"],
    [3_600, "1 h 0 min"],
    [86_399, "23 h 59 min"],
    [86_400, "1 d 0 h"],
    [400 * 86_400 + 7_200, "400 d 2 h"],
  ])("writes %s s as %s", (seconds, text) => {
    expect(formatAge(seconds, false).replaceAll("\u00a0", " ")).toBe(text);
  });

  it("writes whole seconds when asked", () => {
    expect(formatAge(3_725.9, true)).toBe("3725\u00a0s");
  });
});

describe("formatNumber", () => {
  it("writes at most one decimal, in the way of the language", () => {
    expect([formatNumber(12_345.678, "en"), formatNumber(12_345.678, "de"), formatNumber(100, "de")]).toEqual([
      "12,345.7",
      "12.345,7",
      "100",
    ]);
  });
});
