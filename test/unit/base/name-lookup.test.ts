import dns from "node:dns";
import { describe, expect, test } from "vitest";
import { addressesOf, lookupOfConnections } from "../../../src/base/name-lookup.ts";
import { FakeResolver } from "../../support/fake-resolver.ts";

const SIGNAL = new AbortController().signal;
const [NAME, OTHER, THIRD] = ["ccu.test", "other.test", "third.test"];
const found = (address: string) => [{ address, family: 4 }];

describe("a look-up", () => {
  test("is made once for all who ask for a name at the same time, and anew for those who ask later", async () => {
    using resolver = new FakeResolver();
    resolver.set(NAME, "silent");
    const asked = [addressesOf(NAME, SIGNAL), addressesOf(NAME, SIGNAL), addressesOf(NAME, SIGNAL)];
    expect(resolver.pending).toBe(1);
    resolver.set(NAME, "192.0.2.1");
    expect(await Promise.all(asked)).toEqual([found("192.0.2.1"), found("192.0.2.1"), found("192.0.2.1")]);
    resolver.set(NAME, "192.0.2.2");
    expect(await addressesOf(NAME, SIGNAL)).toEqual(found("192.0.2.2"));
  });

  test("of one name that hangs does not keep the others waiting, however often it is asked for", async () => {
    using resolver = new FakeResolver();
    for (const [name, resolution] of [
      [NAME, "silent"],
      [OTHER, "192.0.2.2"],
    ] as const)
      resolver.set(name, resolution);
    const hanging = Promise.allSettled(Array.from({ length: 10 }, () => addressesOf(NAME, SIGNAL)));
    expect(await addressesOf(OTHER, SIGNAL)).toEqual(found("192.0.2.2"));
    resolver.set(NAME, "unknown");
    expect((await hanging).map(({ status }) => status)).toEqual(new Array(10).fill("rejected"));
  });

  test("is waited for no longer than the signal allows; who still waits gets the answer", async () => {
    using resolver = new FakeResolver();
    resolver.set(NAME, "silent");
    const abort = new AbortController();
    const patient = addressesOf(NAME, SIGNAL);
    const hasty = addressesOf(NAME, abort.signal);
    abort.abort(new Error("enough"));
    await expect(hasty).rejects.toThrow("enough");
    resolver.set(NAME, "192.0.2.1");
    expect(await patient).toEqual(found("192.0.2.1"));
  });

  test("of a connection gives one address or all of them, as it is asked", async () => {
    using resolver = new FakeResolver();
    resolver.set(THIRD, "192.0.2.3");
    const answered = (all: boolean) =>
      new Promise<unknown[]>((resolve) => lookupOfConnections(THIRD, { all }, (...found) => resolve(found)));
    expect(await answered(false)).toEqual([null, "192.0.2.3", 4]);
    expect(await answered(true)).toEqual([null, found("192.0.2.3")]);
    resolver.set(THIRD, "unknown");
    expect((await answered(true))[0]).toMatchObject({ code: "ENOTFOUND" });
  });

  test("asks the system as Node does for a connection", async () => {
    using _ = new FakeResolver();
    await addressesOf("127.0.0.1", SIGNAL);
    expect(dns.lookup).toHaveBeenCalledExactlyOnceWith("127.0.0.1", { all: true, hints: dns.ADDRCONFIG }, expect.any(Function));
  });
});
