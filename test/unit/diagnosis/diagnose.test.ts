import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ERROR_CODES, type ErrorCode } from "../../../src/base/errors.ts";
import { CAUSE_CODES, type CauseCode } from "../../../src/diagnosis/cause-codes.ts";
import { BOOT_LIMIT_MS, causesOf, isConnected, isLost, RANKED_CAUSES, severityOf } from "../../../src/diagnosis/diagnose.ts";
import { type Evidence, NOTHING_KNOWN } from "../../../src/diagnosis/evidence.ts";
import type { PathState } from "../../../src/events/product-events.ts";

const WELL: Evidence = { ...NOTHING_KNOWN, paths: { command: "ok", event: "ok", radio: "ok" }, everAnswered: true };
const DOWN: Evidence["paths"] = { command: "failing", event: "failing", radio: "unknown" };
const DEAF: Evidence["paths"] = { command: "ok", event: "failing", radio: "unknown" };
const ABSENT: Partial<Evidence> = { everAnswered: false, siblingAnswers: true, commandErrorForMs: BOOT_LIMIT_MS };
const failed = (commandError: ErrorCode, more: Partial<Evidence> = {}): Partial<Evidence> => ({ commandError, paths: DOWN, ...more });

describe("the primary cause", () => {
  test.each<[CauseCode, string, Partial<Evidence>]>([
    ["dns_failed", "the name is unknown", failed("DNS_FAILED")],
    ["dns_failed", "the name is unknown when our address is looked for", { paths: DEAF, addressError: "DNS_FAILED" }],
    ["no_route", "there is no network", failed("NO_ROUTE")],
    ["no_route", "there is no network when our address is looked for", { paths: DEAF, addressError: "NO_ROUTE" }],
    ["firewall_rejected", "403", failed("FORBIDDEN")],
    ["connection_refused", "refused", failed("CONNECTION_REFUSED")],
    [
      "connection_refused",
      "refused although others answer, but it answered before",
      failed("CONNECTION_REFUSED", { siblingAnswers: true }),
    ],
    ["connection_refused", "refused and never answered, as all of the CCU", failed("CONNECTION_REFUSED", { everAnswered: false })],
    ["tls_failed", "no TLS", failed("TLS_FAILED")],
    ["credentials_rejected", "401", failed("UNAUTHORIZED")],
    ["ccu_booting", "503 for a while", failed("NOT_READY", { commandErrorForMs: BOOT_LIMIT_MS - 1 })],
    ["process_down", "503 for longer than a start takes", failed("NOT_READY", { commandErrorForMs: BOOT_LIMIT_MS })],
    ["process_down", "5xx", failed("PROCESS_DOWN")],
    ["not_xml_rpc", "a web page", failed("NOT_XML_RPC")],
    ["http_error", "404", failed("HTTP_ERROR")],
    ["timeout", "no answer", failed("TIMEOUT")],
    ["connection_lost", "broken off", failed("CONNECTION_LOST")],
    [
      "connection_refused",
      "refused, never answered, others do, but all may be starting",
      failed("CONNECTION_REFUSED", { ...ABSENT, commandErrorForMs: 0 }),
    ],
    ["interface_not_installed", "refused for long, never answered, others do", failed("CONNECTION_REFUSED", ABSENT)],
    ["interface_not_installed", "502 for long, never answered, others do", failed("PROCESS_DOWN", ABSENT)],
    ["interface_not_installed", "503 for long, never answered, others do", failed("NOT_READY", ABSENT)],
    ["init_rejected", "a fault for init", { paths: DEAF, registrationRefused: true }],
    ["callback_address_unknown", "no address of ours", { paths: DEAF, addressError: "CALLBACK_ADDRESS_UNKNOWN" }],
    ["callback_unreachable", "registered, nothing came", { paths: { ...DEAF, event: "unknown" }, callbacksMissing: true }],
    ["callback_unreachable", "the CCU hangs because it cannot call back", failed("TIMEOUT", { callbacksMissing: true })],
    ["callback_unreachable", "nothing came, so no PONG either", { paths: DEAF, callbacksMissing: true, missedPongs: 2 }],
    ["dropped_by_ccu", "two PONGs in a row are missing", { paths: DEAF, missedPongs: 2 }],
    ["dropped_by_ccu", "registered anew, still no event", { paths: DEAF, eventsStopped: true }],
    ["id_conflict", "PONGs that are ours and are not", { idShared: true }],
    ["id_conflict", "and late ones", { idShared: true, pongsLate: true }],
    ["pong_late", "one PONG is missing", { paths: DEAF, missedPongs: 1 }],
    ["pong_late", "one came late", { pongsLate: true }],
    ["gateway_disconnected", "a gateway without connection", { gatewayDisconnected: true }],
    ["radio_silent", "no device reports", { paths: { ...WELL.paths, radio: "failing" } }],
    ["duty_cycle_high", "duty cycle", { dutyCycleHigh: true }],
    ["carrier_sense_high", "carrier sense", { carrierSenseHigh: true }],
    ["ping_unsupported", "no ping", { pingUnsupported: true }],
    ["other", "a failing path nobody explains", { paths: DEAF }],
    ["other", "a failing path beside lesser causes", { paths: DEAF, dutyCycleHigh: true, pingUnsupported: true }],
  ])("is %s: %s", (expected, _evidence, changes) => {
    expect(causesOf({ ...WELL, ...changes })[0]).toBe(expected);
  });

  test("is none when all is well or nothing is known", () => {
    expect([causesOf(WELL), causesOf(NOTHING_KNOWN)]).toEqual([[], []]);
  });

  test.each<[string, Partial<Evidence>]>([
    ["the events go on", { callbacksMissing: true, missedPongs: 2, eventsStopped: true }],
    ["the last call was answered", { everAnswered: false, siblingAnswers: true, commandErrorForMs: 1e9 }],
  ])("is none while %s, whatever was before", (_name, changes) => {
    expect(causesOf({ ...WELL, ...changes })).toEqual([]);
  });
});

const pathState = fc.constantFrom<PathState>("ok", "failing", "unknown", "unsupported");
const errorCode = fc.option(fc.constantFrom(...(Object.keys(ERROR_CODES) as ErrorCode[])));
const evidence: fc.Arbitrary<Evidence> = fc.record({
  paths: fc.record({ command: pathState, event: pathState, radio: pathState }),
  commandError: errorCode,
  commandErrorForMs: fc.integer({ min: 0, max: 2 * BOOT_LIMIT_MS }),
  everAnswered: fc.boolean(),
  siblingAnswers: fc.boolean(),
  addressError: errorCode,
  registrationRefused: fc.boolean(),
  callbacksMissing: fc.boolean(),
  missingPongs: fc.integer({ min: 0, max: 4 }),
  missedPongs: fc.integer({ min: 0, max: 4 }),
  eventsStopped: fc.boolean(),
  pongsLate: fc.boolean(),
  idShared: fc.boolean(),
  pingUnsupported: fc.boolean(),
  gatewayDisconnected: fc.boolean(),
  dutyCycleHigh: fc.boolean(),
  carrierSenseHigh: fc.boolean(),
});

test("causes are ranked as they are listed, except that what cuts the connection comes first", () => {
  expect(RANKED_CAUSES.toSorted()).toEqual(CAUSE_CODES.toSorted());
  const severities = RANKED_CAUSES.map(severityOf);
  expect(severities).toEqual(["critical", "degraded", "notice"].flatMap((severity) => severities.filter((each) => each === severity)));
  expect(RANKED_CAUSES.filter((code) => code !== "other")).toEqual(CAUSE_CODES.filter((code) => code !== "other"));
});

describe("whatever the evidence", () => {
  test("each cause is named once and in the order of the list", () => {
    fc.assert(
      fc.property(evidence, (each) => {
        const causes = causesOf(each);
        expect(causes).toEqual(RANKED_CAUSES.filter((code) => causes.includes(code)));
      }),
    );
  });

  test("a path that fails has a cause, a lost interface a critical one, and a well one only causes that something shows", () => {
    fc.assert(
      fc.property(evidence, (each) => {
        const causes = causesOf(each);
        const fails = each.paths.command === "failing" || each.paths.event === "failing";
        if (fails) expect(causes.length).toBeGreaterThan(0);
        if (isLost(each)) expect(causes.slice(0, 1).map(severityOf)).toEqual(["critical"]);
        if (!fails) expect(causes).not.toContain("other");
      }),
    );
  });

  test("lost means not connected, connected means not lost", () => {
    fc.assert(
      fc.property(evidence, (each) => {
        if (isLost(each)) expect(isConnected(each)).toBe(false);
        if (isConnected(each) === true) expect(isLost(each)).toBe(false);
      }),
    );
  });

  test("more evidence never hides a more telling cause", () => {
    const signs = ["idShared", "gatewayDisconnected", "dutyCycleHigh", "carrierSenseHigh", "pingUnsupported"] as const;
    fc.assert(
      fc.property(evidence, fc.constantFrom(...signs), (each, sign) => {
        const without = causesOf({ ...each, [sign]: false });
        const [primary] = causesOf({ ...each, [sign]: true });
        if (without[0] !== undefined && primary !== undefined) {
          expect(RANKED_CAUSES.indexOf(primary)).toBeLessThanOrEqual(RANKED_CAUSES.indexOf(without[0]));
        }
      }),
    );
  });
});

test("one late PONG is no loss, two are", () => {
  expect([1, 2].map((missedPongs) => isLost({ ...WELL, paths: DEAF, missedPongs }))).toEqual([false, true]);
});

test.each(["eventsStopped", "callbacksMissing"] as const)(
  "the first missing PONG of a new registration is no end of the loss: %s",
  (sign) => {
    const evidence: Evidence = { ...WELL, paths: DEAF, missedPongs: 1, [sign]: true };
    expect(isLost(evidence)).toBe(true);
    expect(causesOf(evidence)).not.toContain("pong_late");
  },
);
