import { describe, expect, test } from "vitest";
import { HealthTracker } from "../../../src/central/health-tracker.ts";
import { RadioWatch } from "../../../src/central/radio-watch.ts";
import { RadioRhythm } from "../../../src/diagnosis/radio-rhythm.ts";
import { EventBus } from "../../../src/events/event-bus.ts";
import { PathChangedEvent } from "../../../src/events/product-events.ts";
import { MetricsObserver } from "../../../src/metrics/observer.ts";
import { ManualClock } from "../../support/manual-clock.ts";

const HOUR_MS = 3_600_000;

function setUp({ hasRadio = true }: { hasRadio?: boolean } = {}) {
  const clock = new ManualClock();
  const eventBus = new EventBus({ clock });
  const observer = new MetricsObserver({ eventBus, clock });
  const tracker = new HealthTracker({ eventBus, clock });
  const flips: string[] = [];
  eventBus.subscribe({ eventType: PathChangedEvent, eventKey: null, handler: ({ path, state }) => void flips.push(`${path} ${state}`) });
  tracker.add("HmIP-RF", { radio: hasRadio ? new RadioWatch({ rhythm: new RadioRhythm(), clock }) : null });
  const score = async () => {
    await eventBus.flush();
    return observer.getOverallHealthScore();
  };
  const state = async () => {
    await eventBus.flush();
    return observer.snapshot().health.get("client:HmIP-RF:health");
  };
  const up = () => {
    tracker.commandAnswered("HmIP-RF");
    tracker.registered("HmIP-RF");
    tracker.eventPathConfirmed("HmIP-RF");
  };
  return { clock, tracker, flips, score, state, up };
}

describe("HealthTracker", () => {
  test("nothing known is no score", async () => {
    const { tracker, score } = setUp();
    expect(tracker.health("HmIP-RF")).toMatchObject({ score: null, deductions: [] });
    expect(await score()).toBeNull();
  });

  test("unknown paths leave the score", async () => {
    const { tracker, score } = setUp();
    tracker.commandAnswered("HmIP-RF");
    expect(await score()).toBe(1);
  });

  test("defect 5: health shows 100 % during an outage", async () => {
    const { tracker, up, state } = setUp();
    up();
    tracker.deviceEventReceived("HmIP-RF", "A");
    expect(await state()).toMatchObject({ healthy: true, score: 1, reason: null });
    tracker.commandFailed("HmIP-RF", "The CCU refuses the connection");
    expect(await state()).toMatchObject({
      healthy: false,
      score: 0,
      reason: expect.stringContaining("command path -50: The CCU refuses the connection"),
    });
  });

  test("the radio weighs a fifth, and is judged by a known rhythm only", async () => {
    const { clock, tracker, up, score, flips } = setUp();
    up();
    clock.advance(10 * HOUR_MS);
    tracker.updateHealth();
    expect(await score()).toBe(1);
    tracker.deviceEventReceived("HmIP-RF", "A");
    clock.advance(24 * HOUR_MS);
    tracker.updateHealth();
    expect(await score()).toBeCloseTo(0.8);
    expect(tracker.health("HmIP-RF")?.deductions).toEqual(["radio path -20: no device has reported for 1440 min"]);
    clock.advance(HOUR_MS);
    tracker.updateHealth();
    tracker.deviceEventReceived("HmIP-RF", "A");
    expect(await score()).toBe(1);
    expect(flips).toEqual(["command ok", "event ok", "radio ok", "radio failing", "radio ok"]);
  });

  test("without the event path nothing can be said about the radio", () => {
    const { tracker, up } = setUp();
    up();
    tracker.deviceEventReceived("HmIP-RF", "A");
    tracker.eventPathFailed("HmIP-RF", "no PONG within 10 s although ping was answered");
    expect(tracker.health("HmIP-RF")).toMatchObject({
      score: 0.5,
      paths: { event: { state: "failing" }, radio: { state: "unknown" } },
      deductions: ["event path -50: no PONG within 10 s although ping was answered"],
    });
  });

  test("an interface without radio never gets one by its events", () => {
    const { tracker } = setUp({ hasRadio: false });
    tracker.deviceEventReceived("HmIP-RF", "A");
    expect(tracker.health("HmIP-RF")?.paths.radio.state).toBe("unsupported");
  });

  test("defect 23: a callback path that never worked counts as alive", async () => {
    const { clock, tracker, score } = setUp();
    tracker.commandAnswered("HmIP-RF");
    tracker.registered("HmIP-RF");
    clock.advance(29_999);
    tracker.updateHealth();
    expect(await score()).toBe(1);
    clock.advance(1);
    tracker.updateHealth();
    expect(await score()).toBe(0.5);
    expect(tracker.health("HmIP-RF")?.deductions).toEqual(["event path -50: nothing was received within 30 s of the registration"]);
  });

  test("the callbacks of a registration do not hide that PONGs are missing, an event does heal", () => {
    const { tracker, up } = setUp();
    up();
    tracker.eventPathFailed("HmIP-RF", "no PONG");
    tracker.callbackReceived("HmIP-RF");
    expect(tracker.health("HmIP-RF")?.paths.event.state).toBe("failing");
    tracker.eventPathConfirmed("HmIP-RF");
    expect(tracker.health("HmIP-RF")?.paths.event.state).toBe("ok");
  });

  test("a callback that arrives although calls fail is proof of the event path", () => {
    const { tracker, up } = setUp();
    up();
    tracker.commandFailed("HmIP-RF", "timeout");
    tracker.deviceEventReceived("HmIP-RF", "A");
    expect(tracker.health("HmIP-RF")).toMatchObject({
      paths: { command: { state: "failing" }, event: { state: "ok" }, radio: { state: "ok" } },
    });
  });

  test("since moves with the state, not with each report of it", () => {
    const { clock, tracker } = setUp();
    tracker.commandFailed("HmIP-RF", "refused");
    clock.advance(5_000);
    tracker.commandFailed("HmIP-RF", "timeout");
    expect(tracker.health("HmIP-RF")?.paths.command).toMatchObject({ state: "failing", sinceMs: 0, reason: "timeout", lastOkMs: null });
  });

  test("a step of the wall clock changes nothing", () => {
    const { clock, tracker, up } = setUp();
    up();
    tracker.deviceEventReceived("HmIP-RF", "A");
    clock.stepWall(-HOUR_MS);
    tracker.updateHealth();
    clock.stepWall(100 * HOUR_MS);
    tracker.updateHealth();
    expect(tracker.health("HmIP-RF")?.score).toBe(1);
  });

  test("what is reported about an interface nobody watches changes nothing (defect 12: a failure id that is no interface)", () => {
    const { tracker, flips } = setUp();
    tracker.commandFailed("nobody", "refused");
    tracker.deviceEventReceived("nobody", "A");
    tracker.callbackReceived("nobody");
    expect(tracker.health("nobody")).toBeNull();
    expect(flips).toEqual([]);
  });
});
