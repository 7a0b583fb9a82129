import { describe, expect, test } from "vitest";
import { type ErrorCode, HomematicError } from "../../../src/base/errors.ts";
import { RecoveryProgress, type RecoveryStep } from "../../../src/central/recovery-progress.ts";
import { ManualClock } from "../../support/manual-clock.ts";

function setUp({ devices = 0 }: { devices?: number } = {}) {
  const clock = new ManualClock();
  const progress = new RecoveryProgress({ clock, hasDevices: () => devices > 0 });
  const fail = (code: ErrorCode, context = {}): void => progress.commandFailed(new HomematicError({ code, context }));
  /** An attempt up to the registration, which is answered. */
  const register = ({ canProveEvents = true } = {}): void => {
    progress.answered();
    progress.registering({ canProveEvents });
    progress.registered();
  };
  return { clock, progress, fail, register };
}

describe("RecoveryProgress", () => {
  test("goes through all steps", () => {
    const { clock, progress } = setUp();
    const seen: RecoveryStep[] = [progress.step];
    for (const next of [
      () => progress.answered(),
      () => progress.registering({ canProveEvents: true }),
      () => progress.registered(),
      () => progress.eventPathConfirmed(),
      () => progress.devicesTold(),
    ]) {
      clock.advance(1_000);
      next();
      seen.push(progress.step);
    }
    expect(seen).toEqual(["name_resolution", "callback_address", "registration", "first_pong", "inventory", "done"]);
    expect(progress.sinceMs).toBe(5_000);
  });

  test.each<[ErrorCode, object, RecoveryStep]>([
    ["DNS_FAILED", {}, "name_resolution"],
    ["NO_ROUTE", {}, "connection"],
    ["CONNECTION_REFUSED", {}, "connection"],
    ["TLS_FAILED", {}, "connection"],
    ["TIMEOUT", { connected: false }, "connection"],
    ["TIMEOUT", { connected: true }, "http"],
    ["UNAUTHORIZED", {}, "http"],
    ["NOT_READY", {}, "http"],
    ["PROCESS_DOWN", {}, "http"],
    ["NOT_XML_RPC", {}, "rpc"],
  ])("%s %j is stuck at %s, also when all was well before", (code, context, step) => {
    const { progress, fail, register } = setUp({ devices: 3 });
    fail(code, context);
    expect(progress.step).toBe(step);
    register();
    progress.eventPathConfirmed();
    expect(progress.step).toBe("done");
    fail(code, context);
    expect(progress.step).toBe(step);
  });

  test("tells since when it is stuck, however many attempts have gone through the steps before", () => {
    const { clock, progress, register } = setUp();
    register();
    progress.lost({ kind: "events_missing" });
    for (let attempt = 0; attempt < 5; attempt += 1) {
      clock.advance(60_000);
      register();
      progress.lost({ kind: "events_missing" });
      expect([progress.step, progress.sinceMs]).toEqual(["first_pong", 0]);
    }
    progress.lost({ kind: "registration_refused" });
    expect([progress.step, progress.sinceMs]).toEqual(["registration", 300_000]);
    progress.lost({ kind: "address_unknown", code: "NO_ROUTE", problem: null });
    expect(progress.step).toBe("callback_address");
  });

  test("is not done while a CCU that takes registrations refuses what is asked afterwards", () => {
    const { progress, register } = setUp({ devices: 3 });
    register();
    progress.eventPathConfirmed();
    progress.lost({ kind: "unexpected" });
    expect(progress.step).toBe("first_pong");
  });

  test("does not wait for a PONG that cannot come, nor for ever for devices that are not there", () => {
    const { clock, progress, register } = setUp();
    register({ canProveEvents: false });
    expect(progress.step).toBe("inventory");
    clock.advance(29_999);
    expect(progress.step).toBe("inventory");
    clock.advance(1);
    expect([progress.step, progress.sinceMs]).toEqual(["done", 30_000]);
  });
});
