import { describe, expect, test } from "vitest";
import { CallbackPreflight } from "../../../src/ccu/callback-preflight.ts";

const OWN = new Set(["192.168.178.30", "172.30.33.5", "fd00::30"]);
const CCU = "192.168.178.20";

function preflight({ reaches = true }: { reaches?: boolean } = {}) {
  const asked: string[] = [];
  const check = new CallbackPreflight({
    reachesUs: async (host) => {
      asked.push(host);
      return reaches;
    },
    resolve: async (host) => (host === "ha.local" ? ["192.168.178.30"] : host === "gone.local" ? [] : [host]),
    ownAddresses: () => OWN,
  });
  const run = (host: string, ccuHost = CCU) => check.check({ host, ccuHost, signal: new AbortController().signal });
  return { run, asked };
}

describe("CallbackPreflight", () => {
  test.each(["192.168.178.30", "ha.local", "fd00::30"])("takes %s, where we reach ourselves", async (host) => {
    const { run, asked } = preflight();
    expect(await run(host)).toBeNull();
    expect(asked).toEqual([host]);
  });

  test("takes an address of the machine around a container when we reach ourselves through it", async () => {
    expect(await preflight().run("192.168.178.99")).toBeNull();
  });

  test.each([
    ["127.0.0.1", "the CCU would call itself"],
    ["::1", "the CCU would call itself"],
    ["0.0.0.0", "no address that anybody can call"],
    ["169.254.3.4", "one network cable only"],
    ["fe80::1", "one network cable only"],
    ["224.0.0.1", "no address of a machine"],
    ["gone.local", "cannot be resolved"],
  ])("refuses %s without asking, naming the option to change", async (host, reason) => {
    const { run, asked } = preflight();
    await expect(run(host)).rejects.toMatchObject({ code: "CALLBACK_ADDRESS_REFUSED", message: expect.stringContaining(reason) });
    await expect(run(host)).rejects.toThrow("callback.host");
    expect(asked).toEqual([]);
  });

  test("loopback is right for a CCU on this very machine", async () => {
    expect(await preflight().run("127.0.0.1", "127.0.0.1")).toBeNull();
    expect(await preflight().run("127.0.0.1", "192.168.178.30")).toBeNull();
  });

  test("warns of an address inside a container", async () => {
    const warning = await preflight().run("172.30.33.5");
    expect(warning?.en).toContain("172.30.33.5 looks like an address inside a container");
    expect(warning?.de).toContain("172.30.33.5 sieht nach einer Adresse in einem Container aus");
  });

  test("a CCU inside a container, such as one that runs as an add-on, is on the same network: no warning", async () => {
    expect(await preflight().run("172.30.33.5", "172.30.33.9")).toBeNull();
  });

  test.each([
    ["192.168.178.30", "we do not reach ourselves at 192.168.178.30"],
    ["192.168.178.99", "192.168.178.99 is no address of this machine"],
  ])("refuses %s when nothing of ours answers there", async (host, reason) => {
    await expect(preflight({ reaches: false }).run(host)).rejects.toThrow(reason);
  });

  test("a stop during the check ends it with the reason of the stop", async () => {
    const stop = new AbortController();
    const check = new CallbackPreflight({
      reachesUs: async () => {
        stop.abort(new Error("stopping"));
        return false;
      },
      resolve: async (host) => [host],
      ownAddresses: () => OWN,
    });
    await expect(check.check({ host: "192.168.178.30", ccuHost: CCU, signal: stop.signal })).rejects.toThrow("stopping");
  });
});
