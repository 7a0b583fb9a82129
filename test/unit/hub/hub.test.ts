import { describe, expect, test } from "vitest";
import { ill, openHub, readings, WELL } from "./open-hub.ts";

const NOTHING = {
  system_health: null,
  connection_latency: null,
  last_event_age: null,
  last_event: null,
  status: null,
  problem: null,
  cause: null,
  connected: null,
  events_per_minute: null,
};
const NOTHING_OF_INTERFACE = {
  connected: null,
  health: null,
  cause: null,
  connection_latency: null,
  latency_p95: null,
  last_event: null,
  events_per_minute: null,
};

describe("Hub", () => {
  test("the sensors carry the names, units and unique ids that they must have", () => {
    const { systemHealth, connectionLatency, lastEventAge } = openHub().hub.sensors;
    expect([systemHealth, connectionLatency, lastEventAge].map(({ uniqueId, unit }) => [uniqueId, unit])).toEqual([
      ["NEQ1_hub_system-health", "%"],
      ["NEQ1_hub_connection-latency", "ms"],
      ["NEQ1_hub_last-event-age", "s"],
    ]);
  });

  test("nothing known is null, in each sensor; what nothing can tell is absent", () => {
    const { hub, told } = openHub({ interfaces: { "HmIP-RF": readings() } });
    hub.start();
    expect(told).toEqual([
      { device: "NEQ1", firmware: null, values: NOTHING },
      { device: "NEQ1/HmIP-RF", firmware: null, values: NOTHING_OF_INTERFACE },
    ]);
  });

  test("values are rounded to a tenth", () => {
    const { hub } = openHub({ score: 2 / 3, latencyMs: 12.3456, lastEventAtMs: 0 });
    expect(hub.sensors.systemHealth.value).toBe(66.7);
    expect(hub.sensors.connectionLatency.value).toBe(12.3);
    expect(hub.sensors.lastEventAge.value).toBe(0);
  });

  test("only what changed is published", () => {
    const { hub, told, now } = openHub({ score: 1, latencyMs: 10 });
    hub.start();
    now.score = 0.6;
    hub.changed("health");
    hub.changed("health");
    expect(told.slice(1)).toEqual([{ NEQ1: { system_health: 60 } }]);
  });

  test("what was measured at an interface is published there and at the CCU, and touches no other interface", () => {
    const hmip = readings({ diagnosis: WELL });
    const { hub, told } = openHub({ interfaces: { "HmIP-RF": hmip, "BidCos-RF": readings({ diagnosis: WELL }) } });
    hub.start();
    hmip.diagnosis = ill({ codes: ["timeout"], lost: true, sinceMs: Date.UTC(2026, 10, 23, 11, 59, 30) });
    hub.changed("diagnosis", "HmIP-RF");
    const cause = {
      value: "timeout",
      details: {
        message: { en: "The CCU does not answer in time.", de: "Die CCU antwortet nicht rechtzeitig." },
        remedy: expect.objectContaining({ en: expect.stringContaining("restart") }),
        since: "2026-11-23T11:59:30Z",
      },
    };
    expect(told.slice(3).filter((entry) => !("event" in entry))).toEqual([
      {
        NEQ1: {
          status: "critical",
          problem: true,
          cause: { ...cause, details: { ...cause.details, interface: "HmIP-RF" } },
          connected: false,
        },
      },
      { "NEQ1/HmIP-RF": { connected: false, health: 0, cause } },
    ]);
  });

  test("the age crosses its thresholds although nothing happens", () => {
    const { hub, told, clock } = openHub({ lastEventAtMs: 0 });
    hub.start();
    clock.advance(300_500);
    expect(told.slice(1)).toEqual([{ NEQ1: { last_event_age: 60 } }, { NEQ1: { last_event_age: 120 } }, { NEQ1: { last_event_age: 300 } }]);
  });

  test("a latency whose window has emptied becomes unknown without any new sample", () => {
    const { hub, told, now, clock } = openHub({ latencyMs: 10 });
    hub.start();
    now.latencyMs = null;
    clock.advance(60_000);
    expect(told.slice(1)).toEqual([{ NEQ1: { connection_latency: null } }]);
  });

  test("a description that has grown is told with all values, the same one is not", () => {
    const { hub, told } = openHub({ score: 1, interfaces: { "HmIP-RF": readings() } });
    hub.start();
    for (let time = 0; time < 2; time += 1) {
      hub.describe({ model: "CCU", firmware: "3.83.6" });
      hub.describe({ name: "HmIP-RF", model: null, firmware: "3.1.13" });
    }
    expect(told.slice(2)).toEqual([
      { device: "NEQ1", firmware: "3.83.6", values: { ...NOTHING, system_health: 100 } },
      { device: "NEQ1/HmIP-RF", firmware: "3.1.13", values: NOTHING_OF_INTERFACE },
    ]);
  });

  test("a metric appears with a description once it is supported, and stays when its value goes", () => {
    const hmip = readings();
    const { hub, told } = openHub({ interfaces: { "HmIP-RF": hmip } });
    hub.start();
    hmip.dutyCycle = { value: 12.34, list: ["HmIP-HAP 0003: 12 %"] };
    hub.changed("signals", "HmIP-RF");
    const duty = { value: 12.3, details: { modules: ["HmIP-HAP 0003: 12 %"] } };
    expect(told.slice(2)).toEqual([
      { device: "NEQ1", firmware: null, values: { ...NOTHING, duty_cycle: duty } },
      { device: "NEQ1/HmIP-RF", firmware: null, values: { ...NOTHING_OF_INTERFACE, duty_cycle: duty } },
    ]);
    hmip.dutyCycle = undefined;
    hub.describe({ name: "HmIP-RF", model: null, firmware: "1" });
    expect(told.at(-1)).toEqual({ device: "NEQ1/HmIP-RF", firmware: "1", values: { ...NOTHING_OF_INTERFACE, duty_cycle: duty } });
  });

  test("what a device had in the last run is there from the beginning, so that no entity goes and comes back", () => {
    const { hub, told } = openHub({
      interfaces: { "HmIP-RF": readings() },
      known: new Map([
        [null, ["low_batteries"] as const],
        ["HmIP-RF", ["carrier_sense"] as const],
      ]),
    });
    hub.start();
    expect(told).toEqual([
      { device: "NEQ1", firmware: null, values: { ...NOTHING, low_batteries: null } },
      { device: "NEQ1/HmIP-RF", firmware: null, values: { ...NOTHING_OF_INTERFACE, carrier_sense: null } },
    ]);
    expect(hub.knownMetrics.get("HmIP-RF")).toContain("carrier_sense");
  });

  test("an interface that comes is described after its CCU, one that goes is removed", () => {
    const { hub, told, watched } = openHub();
    hub.start();
    const hmip = readings({ diagnosis: WELL });
    watched.set("HmIP-RF", hmip);
    hub.add("HmIP-RF", hmip);
    hub.add("HmIP-RF", hmip);
    expect(told.slice(1)).toEqual([
      { device: "NEQ1/HmIP-RF", firmware: null, values: { ...NOTHING_OF_INTERFACE, connected: true, health: 100, cause: "none" } },
      { NEQ1: { status: "ok", problem: false, cause: "none", connected: true } },
    ]);
    watched.delete("HmIP-RF");
    hub.remove("HmIP-RF");
    expect(told.slice(3)).toContainEqual({ removed: "NEQ1/HmIP-RF" });
    hub.changed("diagnosis", "HmIP-RF");
    expect(hub.knownMetrics.has("HmIP-RF")).toBe(false);
  });

  test("a bad state is described as bad while a flapping link is damped", () => {
    const hmip = readings({ diagnosis: WELL });
    const { hub, told } = openHub({ interfaces: { "HmIP-RF": hmip } });
    hub.start();
    for (let flap = 0; flap < 30; flap += 1) {
      hmip.diagnosis = flap % 2 === 0 ? ill({ codes: ["timeout"], lost: true }) : WELL;
      hub.changed("diagnosis", "HmIP-RF");
    }
    hub.describe({ name: "HmIP-RF", model: null, firmware: "2" });
    expect(told.at(-1)).toMatchObject({ values: { connected: false, health: 0, cause: { value: "timeout" } } });
  });

  test("nothing is published and no timer is left after the end", () => {
    const { hub, told, now, clock } = openHub({
      latencyMs: 10,
      lastEventAtMs: 0,
      interfaces: { "HmIP-RF": readings({ latency: { avgMs: 1, p95Ms: 2 } }) },
    });
    hub.start();
    hub[Symbol.dispose]();
    now.score = 0;
    hub.changed("health");
    expect(told).toHaveLength(2);
    expect(clock.pendingTimers).toBe(0);
  });
});
