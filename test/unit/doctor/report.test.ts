import { describe, expect, test } from "vitest";
import type { CauseCode } from "../../../src/diagnosis/cause-codes.ts";
import { CAUSES } from "../../../src/diagnosis/causes.ts";
import { remedyOf } from "../../../src/doctor/remedies.ts";
import { jsonReport, textReport } from "../../../src/doctor/report.ts";
import { DROPPED, findings, found, WELL } from "./findings-fixture.ts";

describe("the report for a person", () => {
  test("tells of a healthy interface what proves it", () => {
    const report = textReport(findings([WELL], { notFound: [{ name: "VirtualDevices", code: "connection_refused" }] }), "en");
    expect(report.split("\n").slice(1)).toEqual([
      "",
      "HmIP-RF (port 2010): all well",
      "  Commands    are answered",
      "  Events      arrive: our own ping came back as an event",
      "  Radio       a device has reported",
      "  Facts       version 3.61.7, devices: 12, round trip 23 ms, duty cycle 4 %",
      "",
      expect.stringMatching(/^Not found: VirtualDevices \(connection_refused\)\. That is normal/),
      "",
      "The CCU was told to call this machine at 192.168.1.5:8095.",
      "",
      "All is well.",
      "",
    ]);
  });

  test("names one cause with its remedy for each interface, in German too", () => {
    const report = textReport(findings([WELL, DROPPED], { verdict: "critical" }), "de");
    expect(report).toContain("HmIP-RF (Port 2010): alles in Ordnung");
    expect(report).toContain("BidCos-RF (Port 2001): funktioniert nicht");
    expect(report).toContain(`  Ursache     ${CAUSES.dropped_by_ccu.text.de} (dropped_by_ccu)`);
    expect(report).toContain(`  Abhilfe     ${remedyOf("dropped_by_ccu").de}`);
    expect(report).toContain("  Ereignisse  kommen nicht an\n  Funk        lässt sich nicht beurteilen");
    expect(report.match(/Ursache/g)).toHaveLength(1);
    expect(report).toMatch(/Etwas funktioniert nicht\.\n$/);
  });

  test("tells the detail only of what has no name", () => {
    const detail = "something unheard of";
    const shown = (code: CauseCode): string => textReport(findings([{ ...DROPPED, cause: found(code), detail }]), "en");
    expect(shown("other")).toContain(`  Detail      ${detail}`);
    expect(shown("timeout")).not.toContain(detail);
  });

  test("says when the time was too short", () => {
    const report = textReport(findings([{ ...DROPPED, cause: null, finished: false, verdict: "degraded" }]), "en");
    expect(report).toContain("The time was too short to judge this.");
  });

  test("says why nothing was found", () => {
    const report = textReport(findings([], { verdict: "critical", callback: null, cause: found("dns_failed") }), "en");
    expect(report).toContain(`No interface was found.\n  Cause       ${CAUSES.dns_failed.text.en} (dns_failed)\n`);
    expect(report).not.toContain("told to call");
  });

  test("says what may keep the CCU from calling, and what is left at it", () => {
    const more = { notes: [{ en: "Look here.", de: "Hierhin." }], stillRegistered: ["HmIP-RF"] } as const;
    const report = textReport(findings([DROPPED], more), "de");
    expect(report).toContain("unter 192.168.1.5:8095 anrufen.\nHierhin.\n\nHmIP-RF: Die CCU hat nicht bestätigt, dass sie die Anmeldung");
  });

  test("fits into the terminal, what goes on beside its label", () => {
    const lines = textReport(findings([DROPPED, WELL]), "en", 60).split("\n");
    expect(lines.filter((line) => line.length > 60)).toEqual([]);
    const start = lines.findIndex((line) => line.startsWith("  Cause"));
    expect(lines.slice(start, start + 3)).toEqual([
      "  Cause       The CCU answers, but has stopped sending",
      "              events to this machine. (dropped_by_ccu)",
      "  What to do  Try again; if it stays like this, restart the",
    ]);
  });

  test.each(["en", "de"] as const)("has no gap in any state: %s", (language) => {
    for (const state of ["ok", "failing", "unknown", "unsupported"] as const) {
      const paths = { command: state, event: state, radio: state };
      const report = textReport(findings([{ ...DROPPED, paths }]), language);
      expect(report).not.toMatch(/undefined|\{|\s$(?!\n*$)/);
      expect(report.split("\n").filter((line) => /^ {2}\S+ *$/.test(line))).toEqual([]);
    }
  });
});

test("the report for a program holds the same, with the words in the language asked for", () => {
  const report = JSON.parse(jsonReport(findings([WELL, DROPPED], { verdict: "critical" }), "de"));
  expect(report).toMatchObject({ host: "ccu", verdict: "critical", interfaces: [{ name: "HmIP-RF", cause: null, roundTripMs: 23.4 }, {}] });
  const { severity, text } = CAUSES.dropped_by_ccu;
  const remedy = remedyOf("dropped_by_ccu").de;
  expect(report.interfaces[1].cause).toEqual({ code: "dropped_by_ccu", severity, message: text.de, remedy });
});
