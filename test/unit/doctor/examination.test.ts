import { afterEach, describe, expect, test } from "vitest";
import type { SimulatedFaults } from "../../../src/simulator/index.ts";
import { Patient } from "./patient.ts";

const RADIO = ["BidCos-RF", "HmIP-RF"] as const;

let patient: Patient;
afterEach(async () => {
  expect(patient.registrations.every((count) => count === 0)).toBe(true);
  await patient.ccu.stop();
  expect(patient.clock.pendingTimers).toBe(0);
});

describe("a healthy CCU", () => {
  test("is found, proved and left as soon as every radio was heard", async () => {
    patient = await Patient.admit([...RADIO, "VirtualDevices"]);
    let registrations: readonly number[] = [];
    const meanwhile = (): void => {
      if (patient.registrations.every((count) => count === 1)) registrations = patient.registrations;
      patient.ccu.interface("HmIP-RF").sendEvent({ address: "000A1BE98C2A41:1", parameter: "ACTUAL_TEMPERATURE", value: 20 });
      patient.ccu.interface("BidCos-RF").sendEvent({ address: "OEQ0012345:1", parameter: "STATE", value: true });
    };
    const { findings, tookMs } = await patient.examine([], { meanwhile });
    expect(registrations).toEqual([1, 1, 1]);
    expect(findings).toMatchObject({
      verdict: "ok",
      cause: null,
      notFound: ["BidCos-Wired"],
      callback: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
    });
    expect(findings.interfaces.map(({ name, proved, deviceReported, cause }) => [name, proved, deviceReported, cause])).toEqual([
      ["BidCos-RF", true, true, null],
      ["HmIP-RF", true, true, null],
      ["VirtualDevices", true, false, null],
    ]);
    for (const each of findings.interfaces) {
      expect(each.version).toMatch(/^\d/);
      expect(each.devices).toBeGreaterThan(0);
      expect(each.roundTripMs).not.toBeNull();
    }
    expect(tookMs).toBeLessThan(5_000);
  });

  test("in which no device reports is waited for as long as it may take, and is well all the same", async () => {
    patient = await Patient.admit(["HmIP-RF"]);
    const { findings, tookMs } = await patient.examine(["--seconds", "20"]);
    expect(findings.interfaces).toMatchObject([{ proved: true, deviceReported: false, verdict: "ok", finished: true }]);
    expect(tookMs).toBeGreaterThanOrEqual(20_000);
  });
});

describe("what is wrong is named once for each interface, with the exit code that fits", () => {
  test.each<[fault: string, faults: Partial<SimulatedFaults>, cause: string]>([
    ["callbacks that are refused", { callbacks: "refused" }, "callback_unreachable"],
    ["a registration under which no event follows", { initWithoutEvents: true, pingWithoutPong: true }, "dropped_by_ccu"],
    ["a registration that is refused", { initRejected: true }, "init_rejected"],
  ])("%s", async (_fault, faults, cause) => {
    patient = await Patient.admit(RADIO);
    await patient.set(faults);
    const { findings, tookMs } = await patient.examine();
    expect(findings.verdict).toBe("critical");
    expect(findings.interfaces.map((each) => [each.name, each.cause?.code])).toEqual(RADIO.map((name) => [name, cause]));
    expect(tookMs).toBeLessThanOrEqual(60_000);
  });

  test("a high duty cycle needs a look", async () => {
    patient = await Patient.admit(["BidCos-RF"]);
    await patient.set({ dutyCycle: 95 });
    const { findings } = await patient.examine(["--seconds", "15"]);
    expect(findings).toMatchObject({
      verdict: "degraded",
      interfaces: [{ proved: true, cause: { code: "duty_cycle_high" }, dutyCyclePercent: 95 }],
    });
  });

  test("one interface that hangs does not hide that the other one is well", async () => {
    patient = await Patient.admit(RADIO);
    await patient.ccu.interface("BidCos-RF").set({ mode: "hang" });
    const { findings } = await patient.examine(["--interface", "BidCos-RF", "--interface", "HmIP-RF"]);
    expect(findings.verdict).toBe("critical");
    expect(findings.interfaces).toMatchObject([
      { name: "BidCos-RF", cause: { code: "timeout" }, proved: false },
      { name: "HmIP-RF", cause: null, proved: true, verdict: "ok" },
    ]);
    expect(findings.notFound).toEqual([]);
  });
});

describe("a CCU of which nothing is found", () => {
  test.each<[fault: string, faults: Partial<SimulatedFaults>, cause: string]>([
    ["refuses", { mode: "refuse" }, "connection_refused"],
    ["hangs", { mode: "hang" }, "timeout"],
    ["is behind its firewall", { mode: "forbidden" }, "firewall_rejected"],
    ["starts", { mode: "boot" }, "ccu_booting"],
    ["is something else", { mode: "html" }, "not_xml_rpc"],
  ])("because it %s", async (_fault, faults, cause) => {
    patient = await Patient.admit(RADIO);
    await patient.set(faults);
    const { findings, tookMs } = await patient.examine();
    expect(findings).toMatchObject({ verdict: "critical", interfaces: [], notFound: [], callback: null, cause: { code: cause } });
    expect(tookMs).toBeLessThan(30_000);
  });

  test("because the password is wrong, and not once it is right", async () => {
    patient = await Patient.admit(["VirtualDevices"], { username: "vitals", password: "right-4711" });
    const args = ["--username", "vitals"];
    const wrong = await patient.examine(args, { env: { HOMEMATIC_VITALS_PASSWORD: "wrong-4711" } });
    expect(wrong.findings).toMatchObject({ verdict: "critical", cause: { code: "credentials_rejected" } });
    const right = await patient.examine(args, { env: { HOMEMATIC_VITALS_PASSWORD: "right-4711" } });
    expect(right.findings).toMatchObject({ verdict: "ok", interfaces: [{ name: "VirtualDevices", proved: true }] });
  });
});

describe("an address that the CCU could not call is not told to it", () => {
  test("and is named", async () => {
    patient = await Patient.admit(["HmIP-RF"]);
    const { findings } = await patient.examine(["--callback-host", "192.0.2.1"]);
    expect(findings).toMatchObject({ verdict: "critical", interfaces: [{ cause: { code: "callback_address_unknown" } }] });
    expect(patient.ccu.interface("HmIP-RF").calls.filter(({ methodName }) => methodName === "init")).toEqual([]);
  });
});

describe("an interruption takes back the registrations", () => {
  test.each<[when: string, faults: Partial<SimulatedFaults>]>([
    ["while all is well", {}],
    ["while init is not answered", { initNeverAnswers: true }],
    ["while callbacks are refused", { callbacks: "refused" }],
  ])("%s", async (_when, faults) => {
    patient = await Patient.admit(["HmIP-RF"]);
    await patient.set(faults);
    const abort = new AbortController();
    const meanwhile = (): void => {
      if (patient.registrations[0] === 1) abort.abort(new Error("Ctrl-C"));
    };
    await expect(patient.examine([], { meanwhile, signal: abort.signal })).rejects.toThrow("Ctrl-C");
    expect(abort.signal.aborted).toBe(true);
  });
});
