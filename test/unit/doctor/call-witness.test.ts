import { describe, expect, test } from "vitest";
import { HomematicError } from "../../../src/base/errors.ts";
import { CallWitness } from "../../../src/doctor/call-witness.ts";
import type { XmlRpcValue } from "../../../src/xmlrpc/values.ts";

const OPTIONS = { signal: new AbortController().signal, timeoutMs: 1_000 };
const REFUSED = new HomematicError({ code: "CONNECTION_REFUSED" });
const FAULT = new HomematicError({ code: "RPC_FAULT" });

function watched() {
  const witness = new CallWitness();
  let failure: Error | null = null;
  const factory = witness.watch(() => ({
    call: async () => {
      if (failure !== null) throw failure;
      return "";
    },
  }));
  const caller = factory({ name: "HmIP-RF", port: 2010, path: "/" });
  const call = async (methodName: string, params: readonly XmlRpcValue[], fails: Error | null = null): Promise<void> => {
    failure = fails;
    await caller.call(methodName, params, OPTIONS).catch(() => {});
  };
  return { witness, call };
}

describe("what a CCU was told", () => {
  test.each(["192.168.1.5:8095", "192.168.1.5:80", "[fd00::5]:8095"])("is host and port, whichever they are: %s", async (told) => {
    const { witness, call } = watched();
    expect(witness.toldHost).toBeNull();
    await call("init", [`http://${told}/secret/HmIP-RF`, "vitals"]);
    expect(witness.toldHost).toBe(told);
    expect(witness.wasTold("HmIP-RF")).toBe(true);
    expect(witness.wasTold("BidCos-RF")).toBe(false);
  });

  test.each<[how: string, params: readonly XmlRpcValue[], fails: Error | null, registered: readonly string[]]>([
    ["taken back", ["http://a:1/b", ""], null, []],
    ["taken back in Homegear's way", ["http://a:1/b"], null, []],
    ["unknown to it", ["http://a:1/b", ""], FAULT, []],
    ["not confirmed to be taken back", ["http://a:1/b", ""], REFUSED, ["HmIP-RF"]],
  ])("is %s", async (_how, params, fails, registered) => {
    const { witness, call } = watched();
    await call("init", ["http://a:1/b", "vitals"], REFUSED);
    expect(witness.registered).toEqual(["HmIP-RF"]);
    await call("init", params, fails);
    expect(witness.registered).toEqual(registered);
  });
});

test("the last failure of an interface counts until it answers, if only with a fault", async () => {
  const { witness, call } = watched();
  await call("system.listMethods", [], REFUSED);
  expect(witness.failureOf("HmIP-RF")).toEqual({ port: 2010, error: REFUSED });
  await call("system.listMethods", [], FAULT);
  expect(witness.failureOf("HmIP-RF")).toBeUndefined();
});
