import { describe, expect, test, vi } from "vitest";
import { Backoff } from "../../../src/base/backoff.ts";
import { Budget } from "../../../src/base/budget.ts";
import { every, sleep, systemClock } from "../../../src/base/clock.ts";
import { EarliestTimer } from "../../../src/base/earliest-timer.ts";
import { errorCode, HomematicError, isAbort, isHomematicError } from "../../../src/base/errors.ts";
import { Secrets } from "../../../src/base/secrets.ts";
import { StateMachine } from "../../../src/base/state-machine.ts";
import { ManualClock } from "../../support/manual-clock.ts";

describe("Backoff", () => {
  test("doubles up to the limit and starts again after a reset", () => {
    const backoff = new Backoff({ firstMs: 1_000, maxMs: 10_000, random: () => 0 });
    expect([1, 2, 3, 4, 5, 6].map(() => backoff.nextDelayMs())).toEqual([1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
    backoff.reset();
    expect(backoff.nextDelayMs()).toBe(1_000);
  });

  test("jitter only shortens, by its share at most", () => {
    const backoff = new Backoff({ firstMs: 1_000, maxMs: 1_000, jitter: 0.25, random: () => 1 });
    expect(backoff.nextDelayMs()).toBe(750);
  });

  test("an outage of weeks keeps finite delays", () => {
    const backoff = new Backoff({ firstMs: 1, maxMs: 500, random: () => 0 });
    for (let attempt = 0; attempt < 5_000; attempt += 1) backoff.nextDelayMs();
    expect(backoff.nextDelayMs()).toBe(500);
  });
});

describe("Budget", () => {
  test("a burst at once, then one each interval, never more than a burst", () => {
    const clock = new ManualClock();
    const budget = new Budget({ clock, burst: 2, refillMs: 1_000 });
    const spend = (): boolean => budget.spend();
    expect([spend(), spend(), spend()]).toEqual([true, true, false]);
    expect(budget.availableInMs()).toBe(1_000);
    clock.advance(999);
    expect([spend(), budget.availableInMs()]).toEqual([false, 1]);
    clock.advance(1);
    expect([budget.availableInMs(), spend(), spend()]).toEqual([0, true, false]);
    clock.advance(3_600_000);
    expect([spend(), spend(), spend()]).toEqual([true, true, false]);
  });
});

describe("EarliestTimer", () => {
  test("calls back once, at the earliest of the wishes; a later wish starts anew", () => {
    const clock = new ManualClock();
    const atMs: number[] = [];
    const timer = new EarliestTimer({ clock, callback: () => atMs.push(clock.monotonicMs()) });
    for (const delayMs of [null, 500, 100, 900]) timer.arm(delayMs);
    expect(clock.pendingTimers).toBe(1);
    clock.advance(1_000);
    timer.arm(50);
    clock.advance(1_000);
    expect(atMs).toEqual([100, 1_050]);
  });

  test("may be armed while it calls back; disposed, it never does again", () => {
    const clock = new ManualClock();
    let calls = 0;
    const timer: EarliestTimer = new EarliestTimer({
      clock,
      callback: () => {
        calls += 1;
        timer.arm(100);
      },
    });
    timer.arm(100);
    clock.advance(250);
    expect(calls).toBe(2);
    timer[Symbol.dispose]();
    timer.arm(0);
    clock.advance(1_000);
    expect([calls, clock.pendingTimers]).toEqual([2, 0]);
  });
});

describe("sleep and every", () => {
  test("sleep ends by time and leaves no listener behind", async () => {
    const clock = new ManualClock();
    const { signal } = new AbortController();
    const removed = vi.spyOn(signal, "removeEventListener");
    const sleeping = sleep({ clock, delayMs: 100, signal });
    clock.advance(100);
    await expect(sleeping).resolves.toBeUndefined();
    expect(removed).toHaveBeenCalledOnce();
  });

  test("sleep ends by abort and leaves no timer behind", async () => {
    const clock = new ManualClock();
    const stop = new AbortController();
    const sleeping = sleep({ clock, delayMs: 100, signal: stop.signal });
    stop.abort(new HomematicError({ code: "ABORTED" }));
    await expect(sleeping).rejects.toSatisfy(isAbort);
    expect(clock.pendingTimers).toBe(0);
  });

  test("every goes on after a turn that throws and stops when disposed", () => {
    const clock = new ManualClock();
    let turns = 0;
    const repeating = every({
      clock,
      intervalMs: 10,
      callback: () => {
        turns += 1;
        if (turns === 1) throw new Error("first turn");
      },
    });
    expect(() => clock.advance(10)).toThrow("first turn");
    clock.advance(20);
    expect(turns).toBe(3);
    repeating[Symbol.dispose]();
    clock.advance(100);
    expect(turns).toBe(3);
    expect(clock.pendingTimers).toBe(0);
  });

  test("every can be disposed from its own turn", () => {
    const clock = new ManualClock();
    const repeating = every({ clock, intervalMs: 10, callback: () => repeating[Symbol.dispose]() });
    clock.advance(10);
    expect(clock.pendingTimers).toBe(0);
  });

  test("the system clock runs timers and cancels them", async () => {
    const cancelled = vi.fn();
    systemClock.setTimer(cancelled, 1)[Symbol.dispose]();
    await new Promise<void>((resolve) => systemClock.setTimer(resolve, 5));
    expect(cancelled).not.toHaveBeenCalled();
  });
});

describe("StateMachine", () => {
  const table = { off: { switch: "on" }, on: { switch: "off", burn: "broken" }, broken: {} } as const;
  const machine = (onTransition = vi.fn()) =>
    new StateMachine<"off" | "on" | "broken", "switch" | "burn">({ table, initial: "off", clock: new ManualClock(), onTransition });

  test("moves, tells and records the reason", () => {
    const told = vi.fn();
    const lamp = machine(told);
    expect(lamp.move("switch", "it is dark").kind).toBe("done");
    expect(lamp.state).toBe("on");
    expect(lamp.reason).toBe("it is dark");
    expect(told).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ from: "off", to: "on", reason: "it is dark" }));
  });

  test("refuses what the table does not list and stays where it is", () => {
    const told = vi.fn();
    const lamp = machine(told);
    expect(lamp.move("burn")).toEqual({ kind: "refused", state: "off", input: "burn" });
    expect(lamp.can("burn")).toBe(false);
    expect(told).not.toHaveBeenCalled();
  });

  test("keeps a bounded history", () => {
    const lamp = machine();
    for (let turn = 0; turn < 500; turn += 1) lamp.move("switch");
    expect(lamp.history).toHaveLength(50);
  });
});

describe("errors", () => {
  test("predicates decide by code, through a rethrow as cause too", () => {
    const error = new HomematicError({ code: "TIMEOUT", cause: new Error("socket") });
    expect(isHomematicError(error)).toBe(true);
    expect(isHomematicError(error, "TIMEOUT", "DNS_FAILED")).toBe(true);
    expect(isHomematicError(error, "DNS_FAILED")).toBe(false);
    expect(isHomematicError(new Error("TIMEOUT"))).toBe(false);
    expect(errorCode(error)).toBe("TIMEOUT");
    expect(errorCode(new TypeError("x"))).toBe("TypeError");
    expect(error.cause).toBeInstanceOf(Error);
  });
});

describe("Secrets", () => {
  test("takes a secret out of text in each form it travels in", () => {
    const secrets = new Secrets();
    secrets.add("p@ss wörd");
    const text = `p@ss wörd ${encodeURIComponent("p@ss wörd")} ${Buffer.from("p@ss wörd").toString("base64")}`;
    expect(secrets.redact(text)).toBe("*** *** ***");
  });

  test("a secret that contains another one disappears whole", () => {
    const secrets = new Secrets();
    secrets.add("abc");
    secrets.add("abcdef");
    expect(secrets.redact("x abcdef y")).toBe("x *** y");
  });

  test("nothing and tiny words are not masked", () => {
    const secrets = new Secrets();
    secrets.add(undefined);
    secrets.add("");
    secrets.add("a");
    expect(secrets.redact("a banana")).toBe("a banana");
  });
});
