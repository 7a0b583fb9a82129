import { beforeEach, describe, expect, test } from "vitest";
import { CallbackMethods } from "../../../src/ccu/callback-methods.ts";
import type { XmlRpcValue } from "../../../src/xmlrpc/values.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { RecordingLogger } from "./recording-logger.ts";
import { RecordingSink } from "./recording-sink.ts";

const AT = 4_711;

let sink: RecordingSink;
let logger: RecordingLogger;
let methods: CallbackMethods;

beforeEach(() => {
  sink = new RecordingSink();
  logger = new RecordingLogger();
  methods = new CallbackMethods({ sink, clock: new ManualClock(), logger });
});

function call(methodName: string, ...params: XmlRpcValue[]): XmlRpcValue {
  return methods.handle({ methodName, params }, AT);
}

function event(parameter: string, value: XmlRpcValue): { methodName: string; params: XmlRpcValue[] } {
  return { methodName: "event", params: ["id", "OEQ1:1", parameter, value] };
}

describe("events", () => {
  test("one alone", () => {
    expect(call("event", "id", "OEQ1:1", "LEVEL", 0.5)).toBe("");
    expect(sink.told).toEqual([
      ["callReceived", "event", "id", AT],
      ["event", { interfaceId: "id", address: "OEQ1:1", parameter: "LEVEL", value: 0.5, arrivedAtMs: AT }],
    ]);
  });

  test("a batch, in its order, with one answer a call", () => {
    expect(call("system.multicall", [event("A", 1), event("B", true), event("C", "")])).toEqual([[""], [""], [""]]);
    expect(sink.batches).toEqual([3]);
    expect(sink.of("event").map(([told]) => told)).toMatchObject([
      { parameter: "A", value: 1 },
      { parameter: "B", value: true },
      { parameter: "C", value: "" },
    ]);
    expect(sink.of("callReceived")).toHaveLength(3);
  });

  test("an id that is not ours is answered and told like any other", () => {
    expect(call("event", "CUxD", "CUX1:1", "STATE", 1)).toBe("");
    expect(sink.of("event")).toMatchObject([[{ interfaceId: "CUxD" }]]);
  });

  test.each<[string, XmlRpcValue[]]>([
    ["too few arguments", ["id", "OEQ1:1", "LEVEL"]],
    ["an address that is a number", ["id", 1, "LEVEL", 1]],
    ["an id that is a list", [[], "OEQ1:1", "LEVEL", 1]],
    ["a parameter that is a struct", ["id", "OEQ1:1", {}, 1]],
    ["nothing", []],
  ])("%s: answered, told as invalid", (_name, params) => {
    expect(call("event", ...params)).toBe("");
    expect(sink.of("event")).toEqual([]);
    expect(sink.of("invalidCall")).toEqual([["event", expect.any(String)]]);
  });
});

test("an event that comes alone is told as handled as well, as a batch is", () => {
  call("event", "id", "A:1", "LEVEL", 0.5);
  expect(sink.batches).toEqual([1]);
});

describe("a batch loses nothing", () => {
  test("when one call makes no sense", () => {
    const nonsense: XmlRpcValue[] = [
      "text",
      5,
      {},
      { methodName: "event" },
      { methodName: 1, params: [] },
      { methodName: "event", params: 7 },
    ];
    expect(call("system.multicall", [...nonsense, event("A", 1)])).toEqual(Array(7).fill([""]));
    expect(sink.of("invalidCall")).toHaveLength(6);
    expect(sink.of("event")).toHaveLength(1);
  });

  test("when one call is unknown", () => {
    expect(call("system.multicall", [{ methodName: "explode", params: ["id"] }, event("A", 1)])).toEqual([[""], [""]]);
    expect(sink.of("unknownMethod")).toEqual([["explode"]]);
    expect(sink.of("event")).toHaveLength(1);
  });

  test("when one call is a batch itself, which is refused", () => {
    const inner = { methodName: "system.multicall", params: [[event("inner", 1)]] };
    expect(call("system.multicall", [inner, event("outer", 1)])).toEqual([[""], [""]]);
    expect(sink.of("invalidCall")).toEqual([["system.multicall", "a multicall inside a multicall"]]);
    expect(sink.of("event")).toMatchObject([[{ parameter: "outer" }]]);
  });

  test.each(["callReceived", "event", "invalidCall", "unknownMethod"] as const)(
    "when %s of the sink throws, which is logged once",
    (name) => {
      sink.failsOn = name;
      const batch = [event("A", 1), { methodName: "explode", params: [] }, { methodName: "event", params: [] }, event("B", 2), "nonsense"];
      expect(call("system.multicall", batch)).toEqual(Array(5).fill([""]));
      expect(sink.of("event")).toMatchObject([[{ parameter: "A" }], [{ parameter: "B" }]]);
      expect(sink.of("unknownMethod")).toHaveLength(1);
      expect(sink.of("invalidCall")).toHaveLength(2);
      expect(logger.lines).toEqual([`warn a callback could not be worked on: ${name} failed {"kind":"sink_failed","count":1}`]);
    },
  );

  test.each<[string, XmlRpcValue[]]>([
    ["no list", []],
    ["a text", ["x"]],
    ["a struct", [{}]],
  ])("a batch that is %s is answered as an empty one", (_name, params) => {
    expect(call("system.multicall", ...params)).toEqual([]);
    expect(sink.of("invalidCall")).toEqual([["system.multicall", "no list of calls"]]);
  });

  test("an empty list may be written as an empty string", () => {
    expect(call("system.multicall", "")).toEqual([]);
    expect(sink.of("invalidCall")).toEqual([]);
  });
});

describe("devices", () => {
  test("descriptions pass as they are, CHILDREN as an empty string included", () => {
    const descriptions = [{ ADDRESS: "OEQ1", CHILDREN: "" }, { ADDRESS: "OEQ1:1" }];
    expect(call("newDevices", "id", descriptions)).toBe("");
    expect(sink.of("newDevices")).toEqual([["id", descriptions]]);
  });

  test("addresses to delete", () => {
    expect(call("deleteDevices", "id", ["OEQ1", "OEQ2"])).toBe("");
    expect(call("deleteDevices", "id", "")).toBe("");
    expect(sink.of("deleteDevices")).toEqual([
      ["id", ["OEQ1", "OEQ2"]],
      ["id", []],
    ]);
  });

  test("a replaced device is gone; its successor comes with newDevices", () => {
    expect(call("replaceDevice", "id", "OLD1", "NEW1")).toBe("");
    expect(sink.of("deleteDevices")).toEqual([["id", ["OLD1"]]]);
  });

  test.each<[string, XmlRpcValue[]]>([
    ["newDevices", ["id", ["text"]]],
    ["newDevices", [1, []]],
    ["newDevices", ["id", { ADDRESS: "OEQ1" }]],
    ["deleteDevices", ["id", [1]]],
    ["deleteDevices", ["id"]],
    ["replaceDevice", ["id"]],
  ])("%s with wrong arguments %j: answered, told as invalid", (methodName, params) => {
    expect(call(methodName, ...params)).toBe("");
    expect(sink.of("invalidCall")).toEqual([[methodName, expect.any(String)]]);
    expect([...sink.of("newDevices"), ...sink.of("deleteDevices")]).toEqual([]);
  });
});

describe("the rest of the table", () => {
  test("listDevices is answered with nothing", () => {
    expect(call("listDevices", "id")).toEqual([]);
    expect(sink.told).toEqual([["callReceived", "listDevices", "id", AT]]);
  });

  test.each(["updateDevice", "readdedDevice", "setReadyConfig", "error", "system.methodHelp"])("%s is acknowledged", (methodName) => {
    expect(call(methodName, "id", "whatever")).toBe("");
    expect(sink.told).toEqual([["callReceived", methodName, "id", AT]]);
  });

  test("system.listMethods lists exactly what is served", () => {
    const served = call("system.listMethods", "id");
    expect(served).toEqual(
      expect.arrayContaining(["event", "newDevices", "deleteDevices", "updateDevice", "replaceDevice", "readdedDevice", "setReadyConfig"]),
    );
    expect(served).toEqual(expect.arrayContaining(["listDevices", "error", "system.listMethods", "system.methodHelp", "system.multicall"]));
    expect(served).toHaveLength(12);
    for (const methodName of Array.isArray(served) ? served : []) call(String(methodName));
    expect(sink.of("unknownMethod")).toEqual([]);
  });

  test.each(["NotFound", "__proto__", "constructor", "toString", "hasOwnProperty", "handle", "event ", "exit", ""])(
    "%j reaches nothing",
    (methodName) => {
      expect(call(methodName, "id")).toBe("");
      expect(sink.told).toEqual([
        ["callReceived", methodName, "id", AT],
        ["unknownMethod", methodName],
      ]);
    },
  );

  test("an endless name is cut before it is told", () => {
    call("x".repeat(1_000_000));
    expect(sink.of("unknownMethod")).toEqual([["x".repeat(64)]]);
  });
});
