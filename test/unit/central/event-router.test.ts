import { describe, expect, test, vi } from "vitest";
import { DeviceInventory } from "../../../src/ccu/device-inventory.ts";
import { PingPongTracker } from "../../../src/ccu/ping-pong-tracker.ts";
import { EventRouter } from "../../../src/central/event-router.ts";
import { HealthTracker } from "../../../src/central/health-tracker.ts";
import { InterfaceSignals } from "../../../src/central/interface-signals.ts";
import { RadioWatch } from "../../../src/central/radio-watch.ts";
import { RadioRhythm } from "../../../src/diagnosis/radio-rhythm.ts";
import { EventBus } from "../../../src/events/event-bus.ts";
import { MetricsObserver } from "../../../src/metrics/observer.ts";
import { ManualClock } from "../../support/manual-clock.ts";

const NAME = "HmIP-RF";
const ID = "vitals-HmIP-RF";

function setUp() {
  const clock = new ManualClock();
  const eventBus = new EventBus({ clock });
  const observer = new MetricsObserver({ eventBus, clock });
  const health = new HealthTracker({ eventBus, clock });
  const pingPong = new PingPongTracker({
    interfaceId: ID,
    sourceId: NAME,
    nonce: "n",
    eventBus,
    recorder: observer,
    clock,
    timeoutMs: 10_000,
  });
  const client = { callbackReceived: vi.fn(), eventReceived: vi.fn(), latePongReceived: vi.fn(), settling: false };
  const inventory = new DeviceInventory();
  const signals = new InterfaceSignals({
    clock,
    isSettling: () => client.settling,
    nameOfDevice: (address) => address,
    remembered: [],
    isGone: () => false,
    onChange: () => {},
  });
  const router = new EventRouter({
    interfaceName: NAME,
    interfaceId: ID,
    client,
    pingPong,
    inventory,
    progress: { devicesTold: vi.fn() },
    health,
    diagnosis: { callbackReceived: vi.fn(), pongReceived: vi.fn() },
    signals,
    incidents: { pongReceived: vi.fn() },
    recorder: observer,
    eventBus,
  });
  health.add(NAME, { radio: new RadioWatch({ rhythm: new RadioRhythm(), clock }) });
  const send = (address: string, parameter: string, value: string, interfaceId = ID): void =>
    router.event({ interfaceId, address, parameter, value, arrivedAtMs: clock.monotonicMs() });
  const counter = async (name: string): Promise<number | undefined> => {
    await eventBus.flush();
    return observer.snapshot().counters.get(`callback:${NAME}:${name}`);
  };
  return { clock, observer, health, pingPong, client, signals, router, send, counter };
}

describe("EventRouter", () => {
  test("defect 21: normal ping delays raise issues that are never cleared", async () => {
    const { clock, health, pingPong, client, send } = setUp();
    const slow = pingPong.handleSendPing();
    clock.advance(9_000);
    send("CENTRAL:0", "PONG", slow.token);
    await expect(slow.settled).resolves.toBe("matched");
    expect(health.health(NAME)?.deductions).toEqual([]);

    const late = pingPong.handleSendPing();
    clock.advance(10_000);
    health.eventPathFailed(NAME, "no PONG within 10 s although ping was answered");
    expect(health.health(NAME)?.paths.event.state).toBe("failing");
    clock.advance(2_000);
    send("CENTRAL:0", "PONG", late.token);
    expect(health.health(NAME)).toMatchObject({ deductions: [], paths: { event: { state: "ok", reason: null } } });
    expect(client.latePongReceived).toHaveBeenCalledOnce();
  });

  test("a device event starts the age anew; PONGs and what comes from CENTRAL do not", () => {
    const { clock, observer, send } = setUp();
    send("CENTRAL", "PONG", "other#1");
    send("CENTRAL:0", "BUSY", "1");
    expect(observer.getLastEventAgeSeconds()).toBeNull();
    send("00123:1", "STATE", "1");
    clock.advance(3_000);
    send("CENTRAL", "PONG", "other#2");
    expect(observer.getLastEventAgeSeconds({ sourceId: NAME })).toBe(3);
  });

  test("an event under another interface id is no device event of this interface, but counted", async () => {
    const { observer, router, send, counter } = setUp();
    router.callReceived("event", "somebody-else");
    send("00123:1", "STATE", "1", "somebody-else");
    expect(observer.getLastEventAgeSeconds()).toBeNull();
    expect(await counter("unknown_interface_id")).toBe(1);
  });

  test("a PONG of another client is normal: counted, neither measured nor taken for ours, and sent to registered clients only", async () => {
    const { observer, health, client, send, counter } = setUp();
    client.settling = true;
    health.eventPathFailed(NAME, "no PONG");
    send("CENTRAL", "PONG", "ioBroker#7");
    expect(await counter("foreign_pong")).toBe(1);
    expect(observer.getAggregatedLatency({ pattern: "ping_pong" })).toBeNull();
    expect([client.latePongReceived, client.eventReceived].map(({ mock }) => mock.calls.length)).toEqual([0, 1]);
    expect(health.health(NAME)?.paths.event.state).toBe("ok");
  });

  test("what is repeated with a registration does not show that we are registered; a device, or anything later, does", () => {
    const { clock, health, client, router, send } = setUp();
    const told = (): readonly [proofs: number, state: string | undefined] => {
      const state = health.health(NAME)?.paths.event.state;
      health.eventPathFailed(NAME, "no PONG");
      return [client.eventReceived.mock.calls.length, state];
    };
    told();
    client.settling = true;
    router.callReceived("listDevices", ID);
    router.callReceived("event", ID);
    router.event({ interfaceId: ID, address: "00123:0", parameter: "UNREACH", value: true, arrivedAtMs: clock.monotonicMs() });
    expect(told()).toEqual([0, "failing"]);
    send("00123:1", "STATE", "1");
    expect(told()).toEqual([1, "ok"]);
    client.settling = false;
    send("00123:1", "STATE", "1", "somebody-else");
    expect(told()).toEqual([2, "ok"]);
  });

  test("a device that was removed at the CCU is not missed any more", () => {
    const { clock, client, router, signals, send } = setUp();
    signals.silent.eventsArrive();
    for (const device of ["0001D3C99C0001", "0001D3C99C0002"]) send(`${device}:1`, "STATE", "true");
    clock.advance(4 * 86_400_000);
    client.settling = true;
    router.deleteDevices(ID, ["0001D3C99C0001"]);
    expect(signals.silent.top(20)).toHaveLength(2);
    client.settling = false;
    router.deleteDevices(ID, ["0001D3C99C0001"]);
    expect(signals.silent.top(20)?.map(({ device }) => device)).toEqual(["0001D3C99C0002"]);
  });
});
