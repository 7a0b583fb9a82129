import { describe, expect, test } from "vitest";
import { radioModulesOf } from "../../../src/ccu/radio-modules.ts";
import { serviceMessagesOf } from "../../../src/ccu/service-messages.ts";
import type { XmlRpcValue } from "../../../src/xmlrpc/values.ts";

describe("radioModulesOf", () => {
  test("reads what a CCU lists", () => {
    const answer: XmlRpcValue = [
      { ADDRESS: "NEQ1", TYPE: "CCU2", DESCRIPTION: "", DEFAULT: true, CONNECTED: true, DUTY_CYCLE: 6, FIRMWARE_VERSION: "2.8.6" },
      { ADDRESS: "MEQ2", TYPE: "HMLGW2", DESCRIPTION: "Gateway Küche", DEFAULT: false, CONNECTED: false, DUTY_CYCLE: -1 },
    ];
    expect(radioModulesOf(answer)).toEqual([
      { address: "NEQ1", type: "CCU2", description: null, isDefault: true, connected: true, dutyCycle: 6 },
      { address: "MEQ2", type: "HMLGW2", description: "Gateway Küche", isDefault: false, connected: false, dutyCycle: null },
    ]);
  });

  test("takes 1 for true, and a module that says nothing of its connection for connected", () => {
    const answer: XmlRpcValue = [{ ADDRESS: "A", DEFAULT: 1, CONNECTED: 1 }, { ADDRESS: "B" }, { ADDRESS: "C", CONNECTED: 0 }];
    expect(radioModulesOf(answer).map(({ isDefault, connected }) => [isDefault, connected])).toEqual([
      [true, true],
      [false, true],
      [false, false],
    ]);
  });

  test.each<[string, XmlRpcValue]>([
    ["an empty list as text", ""],
    ["no list", { ADDRESS: "A" }],
    ["entries that are none", ["A", [], { TYPE: "CCU2" }, { ADDRESS: "" }, { ADDRESS: 5 }]],
    ["an address that is too long to be one", [{ ADDRESS: "x".repeat(65) }]],
  ])("%s: none", (_name, answer) => {
    expect(radioModulesOf(answer)).toEqual([]);
  });

  test.each([101, -5, "12", true])("%s is no duty cycle", (dutyCycle) => {
    expect(radioModulesOf([{ ADDRESS: "A", DUTY_CYCLE: dutyCycle }])).toMatchObject([{ dutyCycle: null }]);
  });
});

describe("serviceMessagesOf", () => {
  test("reads triples, those that say no left out", () => {
    const answer: XmlRpcValue = [
      ["A:0", "UNREACH", true],
      ["B:0", "LOWBAT", false],
      ["C:0", "ERROR", 3],
      ["D:0", "ERROR", 0],
    ];
    expect(serviceMessagesOf(answer)).toEqual([
      { address: "A:0", parameter: "UNREACH" },
      { address: "C:0", parameter: "ERROR" },
    ]);
  });

  test.each<[string, XmlRpcValue]>([
    ["an empty list as text", ""],
    ["entries that are none", ["A:0", ["A:0"], [1, "UNREACH", true], ["A:0", 2, true], {}]],
  ])("%s: none", (_name, answer) => {
    expect(serviceMessagesOf(answer)).toEqual([]);
  });
});
