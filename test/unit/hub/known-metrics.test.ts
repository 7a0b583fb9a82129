import { expect, test } from "vitest";
import { knownMetricsOf, storedMetrics } from "../../../src/hub/known-metrics.ts";

test("what is stored comes back; keys that a device cannot have are left out", () => {
  const known = new Map([
    [null, ["status", "low_batteries"] as const],
    ["HmIP-RF", ["health"] as const],
  ]);
  const stored = storedMetrics(known);
  expect(stored).toEqual({ "": ["low_batteries", "status"], "HmIP-RF": ["health"] });
  expect(storedMetrics(knownMetricsOf(stored))).toEqual(stored);
  expect(knownMetricsOf({ "": ["health", "status"], "HmIP-RF": ["status", "future"] })).toEqual(
    new Map([
      [null, ["status"]],
      ["HmIP-RF", []],
    ]),
  );
});
