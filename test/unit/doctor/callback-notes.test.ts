import { describe, expect, test } from "vitest";
import { containerWarning } from "../../../src/diagnosis/address-problems.ts";
import { callbackNotes } from "../../../src/doctor/callback-notes.ts";

function notes(more: Partial<Parameters<typeof callbackNotes>[0]> = {}): readonly string[] {
  const given = { told: "192.168.1.5:8095", wishedPort: null, warning: null, addresses: ["192.168.1.5"], ...more };
  return callbackNotes(given).flatMap(({ en, de }) => [en, de]);
}

describe("what may keep a CCU from calling this machine", () => {
  test("nothing", () => {
    expect(notes()).toEqual([]);
  });

  test("an address inside a container", () => {
    expect(notes({ told: "172.17.0.2:8095", addresses: ["172.17.0.2"], warning: containerWarning("172.17.0.2") })).toEqual([
      "172.17.0.2 looks like an address inside a container, which a CCU outside cannot call. Give the address of this machine in your network after --callback-host.",
      "172.17.0.2 sieht nach einer Adresse in einem Container aus, die eine CCU außerhalb nicht anrufen kann. Geben Sie die Adresse dieses Geräts in Ihrem Netzwerk hinter --callback-host an.",
    ]);
  });

  test("another port than the one that a firewall lets in, unless it was wished for", () => {
    expect(notes({ told: "[fd00::5]:40123", addresses: [] })[0]).toMatch(/^Port 8095 is in use on this machine.* so 40123 was taken/);
    expect(notes({ told: "192.168.1.5:9000", wishedPort: 9_000 })).toEqual([]);
  });

  test("another address of a machine that has several", () => {
    expect(notes({ addresses: ["10.0.0.7", "192.168.1.5", "100.64.0.9"] })[0]).toMatch(
      /^This machine also has: 10\.0\.0\.7, 100\.64\.0\.9\./,
    );
  });
});
