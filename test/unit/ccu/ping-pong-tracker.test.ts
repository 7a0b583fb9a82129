import { describe, expect, test } from "vitest";
import { PingPongTracker } from "../../../src/ccu/ping-pong-tracker.ts";
import { EventBus } from "../../../src/events/event-bus.ts";
import { MetricsObserver } from "../../../src/metrics/observer.ts";
import { ManualClock } from "../../support/manual-clock.ts";

const KEY = "ping_pong:HmIP-RF:round_trip";

function setUp(nonce = "n1") {
  const clock = new ManualClock();
  const eventBus = new EventBus({ clock });
  const observer = new MetricsObserver({ eventBus, clock });
  const tracker = new PingPongTracker({
    interfaceId: "vitals-HmIP-RF",
    sourceId: "HmIP-RF",
    nonce,
    eventBus,
    recorder: observer,
    clock,
    timeoutMs: 10_000,
  });
  const latency = async () => {
    await eventBus.flush();
    return observer.snapshot().latency.get(KEY);
  };
  const pong = (token: string) => tracker.handleReceivedPong({ token, arrivedAtMs: clock.monotonicMs() });
  return { clock, tracker, latency, pong };
}

describe("PingPongTracker", () => {
  test("a PONG becomes the round trip from the registration of its token", async () => {
    const { clock, tracker, latency, pong } = setUp();
    const ping = tracker.handleSendPing();
    clock.advance(12.5);
    expect(pong(ping.token)).toEqual({ kind: "matched", roundTripMs: 12.5 });
    await expect(ping.settled).resolves.toBe("matched");
    expect(await latency()).toMatchObject({ count: 1, avgMs: 12.5 });
    expect(clock.pendingTimers).toBe(0);
  });

  test("a lost ping counts as a sample at the limit", async () => {
    const { clock, tracker, latency, pong } = setUp();
    const first = tracker.handleSendPing();
    clock.advance(10);
    pong(first.token);
    const lost = tracker.handleSendPing();
    clock.advance(10_000);
    await expect(lost.settled).resolves.toBe("expired");
    const tracked = await latency();
    expect(tracked?.recent).toMatchObject({ count: 2, timeouts: 1, maxMs: 10_000 });
    expect(tracked?.recent.avgMs).toBeCloseTo(5_005);
  });

  test("defect 20: two pings in one instant collide, a PONG with another shape throws", () => {
    const { tracker, pong } = setUp();
    const [a, b] = [tracker.handleSendPing(), tracker.handleSendPing()];
    expect(a.token).not.toBe(b.token);
    expect(pong(a.token).kind).toBe("matched");
    expect(pong(b.token).kind).toBe("matched");
    for (const strange of ["", "#", "vitals-HmIP-RF#", "vitals-HmIP-RF#'2024-01-01'", "ioBroker", "vitals-HmIP-RFx#n1-1", "\u0000"]) {
      expect(["foreign", "unknown"]).toContain(pong(strange).kind);
    }
  });

  test("foreign, unknown, duplicate and late PONGs are told apart and measured not at all", async () => {
    const { clock, tracker, latency, pong } = setUp();
    const first = tracker.handleSendPing();
    pong(first.token);
    const second = tracker.handleSendPing();
    clock.advance(10_001);
    expect(pong("hm-rpc.0#1")).toEqual({ kind: "foreign", callerId: "hm-rpc.0#1" });
    expect(pong("vitals-HmIP-RF#n0-1")).toEqual({ kind: "unknown" });
    expect(pong(first.token)).toEqual({ kind: "duplicate" });
    expect(pong(second.token)).toEqual({ kind: "late" });
    expect((await latency())?.count).toBe(2);
  });

  test("a ping that could not be sent leaves nothing behind", async () => {
    const { clock, tracker, latency } = setUp();
    const ping = tracker.handleSendPing();
    tracker.withdraw(ping.token);
    await expect(ping.settled).resolves.toBe("withdrawn");
    clock.advance(60_000);
    expect(await latency()).toBeUndefined();
  });

  test("disposing settles what is pending and leaves no timer", async () => {
    const { clock, tracker } = setUp();
    const ping = tracker.handleSendPing();
    tracker[Symbol.dispose]();
    await expect(ping.settled).resolves.toBe("withdrawn");
    expect(clock.pendingTimers).toBe(0);
  });
});
