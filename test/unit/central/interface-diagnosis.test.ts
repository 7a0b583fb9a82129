import { describe, expect, test } from "vitest";
import { HealthTracker } from "../../../src/central/health-tracker.ts";
import { InterfaceDiagnosis } from "../../../src/central/interface-diagnosis.ts";
import { RadioWatch } from "../../../src/central/radio-watch.ts";
import { RadioRhythm } from "../../../src/diagnosis/radio-rhythm.ts";
import { EventBus } from "../../../src/events/event-bus.ts";
import { ManualClock } from "../../support/manual-clock.ts";

const NAME = "HmIP-RF";
const CAPABILITIES = { ping: true, registrationQuery: false, interfaceList: false, version: false, serviceMessages: false };
const URL = "http://10.0.0.1:8095/secret/HmIP-RF";

function setUp() {
  const clock = new ManualClock();
  const eventBus = new EventBus({ clock });
  const health = new HealthTracker({ eventBus, clock });
  const radio = { dutyCycleHigh: false, carrierSenseHigh: false, disconnectedGateways: [] as string[] };
  const primaries: (string | null)[] = [];
  const diagnosis = new InterfaceDiagnosis({
    clock,
    health: () => health.health(NAME),
    radio,
    siblingAnswers: () => false,
    onChange: () => primaries.push(diagnosis.current.causes[0]?.code ?? null),
  });
  health.add(NAME, { radio: new RadioWatch({ rhythm: new RadioRhythm(), clock }) });
  const answered = (): void => {
    diagnosis.commandAnswered();
    health.commandAnswered(NAME);
  };
  const register = ({ calledBack = true }: { calledBack?: boolean } = {}): void => {
    answered();
    diagnosis.registering({ url: URL, capabilities: CAPABILITIES });
    if (calledBack) {
      diagnosis.callbackReceived();
      health.callbackReceived(NAME);
    }
    diagnosis.registered();
    health.registered(NAME);
    clock.advance(1);
  };
  const fail = (): void => {
    diagnosis.commandFailed("CONNECTION_REFUSED");
    health.commandFailed(NAME, "refused");
    diagnosis.lost({ kind: "call_failed" });
    health.eventPathFailed(NAME, "refused");
  };
  const codes = () => diagnosis.current.causes.map(({ code }) => code);
  return { clock, health, radio, diagnosis, primaries, answered, register, fail, codes };
}

describe("InterfaceDiagnosis", () => {
  test("what belongs together is told once, without a cause in between", () => {
    const { register, fail, clock, primaries, diagnosis } = setUp();
    register();
    fail();
    clock.advance(0);
    expect(primaries).toEqual([null, "connection_refused"]);
    expect(diagnosis.current).toMatchObject({ score: 0, failing: true, connected: false });
  });

  test("since is when a cause came up, however often it is looked at, and new when it comes again", () => {
    const { register, fail, clock, diagnosis, health } = setUp();
    register();
    fail();
    clock.advance(0);
    const sinceMs = clock.wallMs();
    clock.advance(60_000);
    diagnosis.review();
    expect(diagnosis.current).toMatchObject({ lostSinceMs: sinceMs, causes: [{ code: "connection_refused", sinceMs }] });
    register();
    health.eventPathConfirmed(NAME);
    diagnosis.eventPathConfirmed();
    clock.advance(1);
    diagnosis.review();
    expect(diagnosis.current.causes).toEqual([]);
    fail();
    clock.advance(0);
    expect(diagnosis.current.causes[0]?.sinceMs).toBe(sinceMs + 60_002);
  });

  test("once calls are answered again the cause stands until it is known whether events follow, and no longer", () => {
    const { register, fail, clock, diagnosis, codes } = setUp();
    register();
    fail();
    clock.advance(0);
    register();
    clock.advance(14_000);
    diagnosis.review();
    expect(codes()).toEqual(["connection_refused"]);
    clock.advance(1_000);
    diagnosis.review();
    expect(codes()).toEqual(["other"]);
  });

  test("a loss without a reason of its own is not put down to the one before", () => {
    const { register, fail, answered, clock, diagnosis, codes } = setUp();
    register();
    fail();
    clock.advance(0);
    answered();
    diagnosis.lost({ kind: "unexpected" });
    clock.advance(0);
    expect(codes()).toEqual(["other"]);
  });

  test("a registration without callback is noticed after 10 s, with the URL without its path", () => {
    const { register, clock, diagnosis, codes } = setUp();
    register({ calledBack: false });
    clock.advance(9_998);
    diagnosis.review();
    expect(codes()).toEqual([]);
    clock.advance(1);
    diagnosis.review();
    expect(diagnosis.current.causes).toMatchObject([{ code: "callback_unreachable", facts: { url: "http://10.0.0.1:8095" } }]);
    diagnosis.callbackReceived();
    clock.advance(0);
    expect(codes()).toEqual([]);
  });

  test("an init that hangs without callback is no timeout; with one it is no cause", () => {
    const { register, clock, diagnosis, health, codes } = setUp();
    register({ calledBack: false });
    diagnosis.commandFailed("TIMEOUT");
    diagnosis.lost({ kind: "registration_unanswered" });
    health.commandFailed(NAME, "timeout");
    clock.advance(0);
    expect(codes()[0]).toBe("callback_unreachable");
    diagnosis.callbackReceived();
    clock.advance(0);
    expect(codes()[0]).toBe("timeout");
  });

  test("a radio that was silent is so until a device reports, also after a loss", () => {
    const { register, fail, clock, health, diagnosis, codes } = setUp();
    register();
    health.deviceEventReceived(NAME, "A");
    clock.advance(24 * 3_600_000);
    health.updateHealth();
    diagnosis.review();
    expect(codes()).toEqual(["radio_silent"]);
    fail();
    clock.advance(0);
    expect(codes()).toEqual(["connection_refused", "radio_silent"]);
    register();
    health.eventPathConfirmed(NAME);
    diagnosis.review();
    expect(codes()).toEqual(["radio_silent"]);
    health.deviceEventReceived(NAME, "A");
    diagnosis.review();
    expect(codes()).toEqual([]);
  });

  test("three strange PONGs within 5 min are a second client, three in an hour are not", () => {
    const { register, clock, diagnosis, codes } = setUp();
    register();
    for (let pong = 0; pong < 3; pong += 1) {
      clock.advance(1_200_000);
      diagnosis.pongReceived("unknown");
    }
    clock.advance(0);
    expect(codes()).toEqual([]);
    for (let pong = 0; pong < 2; pong += 1) {
      clock.advance(15_000);
      diagnosis.pongReceived("unknown");
    }
    clock.advance(0);
    expect(codes()).toEqual(["id_conflict"]);
    clock.advance(300_000);
    diagnosis.review();
    expect(codes()).toEqual([]);
  });

  test("another gateway that is lost is a new message of the same cause", () => {
    const { register, radio, clock, diagnosis } = setUp();
    register();
    radio.disconnectedGateways = ["A"];
    diagnosis.changed();
    clock.advance(1_000);
    const [first] = diagnosis.current.causes;
    radio.disconnectedGateways = ["A", "B"];
    diagnosis.changed();
    clock.advance(1_000);
    expect(diagnosis.current.causes).toEqual([{ ...first, facts: { gateways: "A, B" } }]);
  });

  test("no timer is left after the end", () => {
    const { register, fail, clock, diagnosis, primaries } = setUp();
    register();
    fail();
    diagnosis[Symbol.dispose]();
    clock.advance(1_000);
    expect([primaries, clock.pendingTimers]).toEqual([[null], 0]);
  });
});
