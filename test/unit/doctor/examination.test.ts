import { createServer } from "node:http";
import { afterEach, describe, expect, test } from "vitest";
import type { SimulatedFaults } from "../../../src/simulator/index.ts";
import { XmlRpcClient } from "../../../src/xmlrpc/client.ts";
import { listen } from "../../support/listening.ts";
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
      notFound: [{ name: "BidCos-Wired", code: "connection_refused" }],
      notes: [],
      stillRegistered: [],
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

describe("an interface that is looked for and does not answer as the others do", () => {
  test.each<[fault: string, faults: Partial<SimulatedFaults>, cause: string]>([
    ["hangs", { mode: "hang" }, "timeout"],
    ["wants a login", { mode: "unauthorized" }, "credentials_rejected"],
    ["is shielded", { mode: "forbidden" }, "firewall_rejected"],
  ])("because it %s: not everything is well", async (_fault, faults, cause) => {
    patient = await Patient.admit(RADIO);
    await patient.ccu.interface("HmIP-RF").set(faults);
    const { findings } = await patient.examine(["--seconds", "15"]);
    expect(findings.verdict).toBe("critical");
    expect(findings.interfaces).toMatchObject([
      { name: "BidCos-RF", verdict: "ok", cause: null },
      { name: "HmIP-RF", verdict: "critical", cause: { code: cause }, paths: { command: "failing" }, finished: true },
    ]);
    expect(findings.notFound).toEqual([
      { name: "BidCos-Wired", code: "connection_refused" },
      { name: "VirtualDevices", code: "connection_refused" },
    ]);
  });

  test("because there is nothing behind the CCU's web server: that is as good as no interface", async () => {
    patient = await Patient.admit(RADIO);
    await patient.ccu.interface("HmIP-RF").set({ mode: "processDown" });
    const { findings } = await patient.examine(["--seconds", "15"]);
    expect(findings).toMatchObject({ verdict: "ok", interfaces: [{ name: "BidCos-RF" }] });
    expect(findings.notFound).toContainEqual({ name: "HmIP-RF", code: "process_down" });
  });
});

describe("an encrypted CCU", () => {
  test.each<[how: string, args: readonly string[], cause: string | null]>([
    ["whose certificate nobody has vouched for", ["--tls"], "tls_failed"],
    ["whose certificate is taken as it is", ["--tls", "--no-verify-tls"], null],
    ["that is called in the clear", [], "connection_lost"],
  ])("%s", async (_how, args, cause) => {
    patient = await Patient.admit(["VirtualDevices"], { tls: true });
    const { findings } = await patient.examine(["--interface", "VirtualDevices", ...args]);
    expect(findings.interfaces.map((each) => each.cause?.code ?? null)).toEqual([cause]);
  });

  test("of which nothing is found", async () => {
    patient = await Patient.admit(["VirtualDevices"], { tls: true });
    const { findings } = await patient.examine(["--tls"]);
    expect(findings).toMatchObject({ interfaces: [], cause: { code: "tls_failed" } });
  });
});

test("pings that never come back although devices report are no matter of more time", async () => {
  patient = await Patient.admit(["HmIP-RF"]);
  await patient.set({ pingWithoutPong: true });
  let tenths = 0;
  const meanwhile = (): void => {
    tenths += 1;
    if (tenths % 20 > 0) return;
    patient.ccu.interface("HmIP-RF").sendEvent({ address: "000A1BE98C2A41:1", parameter: "ACTUAL_TEMPERATURE", value: 20 });
  };
  for (const seconds of ["40", "45", "50", "60"]) {
    const { findings } = await patient.examine(["--seconds", seconds], { meanwhile });
    expect(findings.interfaces).toMatchObject([{ proved: false, deviceReported: true, finished: true, cause: {} }]);
  }
});

test("a CCU that stands still over a callback: what may keep it from calling is told", async () => {
  patient = await Patient.admit(["HmIP-RF"]);
  await patient.set({ callbacks: "stall" });
  const { findings } = await patient.examine();
  expect(findings).toMatchObject({ interfaces: [{ cause: { code: "callback_unreachable" } }], stillRegistered: ["HmIP-RF"] });
  expect(findings.notes.map(({ en }) => en)).toContainEqual(expect.stringMatching(/^Port 8095 is in use on this machine/));
});

describe("meanwhile", () => {
  test("it says what it waits for, each once", async () => {
    patient = await Patient.admit(["HmIP-RF"]);
    await patient.set({ latePongMs: 3_000 });
    const { said } = await patient.examine(["--seconds", "15"]);
    expect(said[0]).toBe("127.0.0.1: looking for its interfaces");
    expect(said.slice(-2)).toEqual([
      "HmIP-RF: registered; waiting for our own ping to come back",
      "HmIP-RF: events arrive; waiting for a device to report",
    ]);
    expect(new Set(said).size).toBe(said.length);
  });

  test("it says what is wrong and that it tries again", async () => {
    patient = await Patient.admit(["HmIP-RF"]);
    await patient.set({ mode: "forbidden" });
    const { said } = await patient.examine();
    expect(said.at(-1)).toBe("127.0.0.1: The firewall of the CCU rejects this machine. Trying again.");
  });

  test("another client of the CCU keeps its registration and gets its events", async () => {
    patient = await Patient.admit(["HmIP-RF"]);
    const heard: string[] = [];
    await using other = await listen(
      createServer((request, response) => {
        request.setEncoding("latin1").on("data", (body) => heard.push(body));
        response.end('<?xml version="1.0"?><methodResponse><params><param><value></value></param></params></methodResponse>');
      }),
    );
    const url = `http://127.0.0.1:${other.port}/addon`;
    const simulated = patient.ccu.interface("HmIP-RF");
    using client = new XmlRpcClient({ host: "127.0.0.1", port: simulated.port, clock: patient.clock });
    await client.call("init", [url, "vitals-of-the-add-on"]);
    const { findings } = await patient.examine(["--seconds", "15"], {
      meanwhile: () => void client.call("ping", ["of-the-add-on"]).catch(() => {}),
    });
    expect(findings).toMatchObject({ verdict: "ok", interfaces: [{ proved: true, cause: null }] });
    expect(simulated.clients).toMatchObject([{ url, interfaceId: "vitals-of-the-add-on", failedBatches: 0 }]);
    expect(heard.join("")).toContain("of-the-add-on");
    await client.call("init", [url, ""]);
  });
});

test("a registration that could not be taken back is told", async () => {
  patient = await Patient.admit(["HmIP-RF"]);
  const meanwhile = (): void => {
    if (patient.registrations[0] === 1) void patient.set({ mode: "hang" });
  };
  const { findings } = await patient.examine(["--seconds", "15"], { meanwhile });
  expect(findings.stillRegistered).toEqual(["HmIP-RF"]);
  patient.ccu.interface("HmIP-RF").dropClients();
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
    expect(findings.callback).toBeNull();
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
