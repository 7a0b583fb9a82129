import { describe, expect, it } from "vitest";
import { HomematicError } from "../../src/base/errors.ts";
import { CallbackSelfTest } from "../../src/callback-self-test.ts";
import { CAUSES } from "../../src/diagnosis/causes.ts";

const signal = new AbortController().signal;

function refusing(problem: string): HomematicError {
  return new HomematicError({ code: "CALLBACK_ADDRESS_REFUSED", message: "refused", context: { host: "172.17.0.2", problem } });
}

describe("the self test of the callback", () => {
  it("names the addresses under which it answered, each once", async () => {
    const gateway = { urlFor: async (path: string, ccuHost: string) => `http://${ccuHost === "c" ? "10.0.0.9" : "10.0.0.5"}:8095${path}` };
    const { ok, message, remedy } = await new CallbackSelfTest({ gateway, ccuHosts: ["a", "b", "c"] }).test(signal);
    expect([ok, remedy]).toEqual([true, null]);
    expect(message.en).toContain("answers at 10.0.0.5:8095, 10.0.0.9:8095,");
    expect(message.de).toContain("antwortet unter 10.0.0.5:8095, 10.0.0.9:8095,");
  });

  it("says in both languages why an address is of no use, and what to do", async () => {
    const gateway = { urlFor: () => Promise.reject(refusing("no_echo")) };
    const { ok, message, remedy } = await new CallbackSelfTest({ gateway, ccuHosts: ["a"] }).test(signal);
    expect(ok).toBe(false);
    expect(message.en).toContain("we do not reach ourselves at 172.17.0.2");
    expect(message.de).toContain("wir erreichen uns unter 172.17.0.2 nicht einmal selbst");
    expect(remedy).toEqual(CAUSES.callback_address_unknown.remedy);
  });

  it("tells any other failure as it is", async () => {
    const gateway = { urlFor: () => Promise.reject(new Error("no network")) };
    expect((await new CallbackSelfTest({ gateway, ccuHosts: ["a"] }).test(signal)).message.en).toContain(": no network");
  });
});
