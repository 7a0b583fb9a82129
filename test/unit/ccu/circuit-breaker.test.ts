import { describe, expect, test, vi } from "vitest";
import { CircuitBreaker } from "../../../src/ccu/circuit-breaker.ts";
import { ManualClock } from "../../support/manual-clock.ts";

function open(onChange = vi.fn()) {
  const breaker = new CircuitBreaker({ clock: new ManualClock(), failureThreshold: 2, onChange });
  breaker.failed("refused");
  breaker.failed("refused");
  return breaker;
}

describe("CircuitBreaker", () => {
  test("admits calls until the failures in a row reach the threshold", () => {
    const breaker = new CircuitBreaker({ clock: new ManualClock(), failureThreshold: 2 });
    breaker.failed("refused");
    breaker.succeeded();
    breaker.failed("refused");
    expect(breaker.admit()).toEqual({ kind: "admitted" });
    breaker.failed("refused");
    expect(breaker.admit().kind).toBe("rejected");
    expect(breaker.state).toBe("open");
  });

  test("stays open however much time passes, until a probe is let through", () => {
    const breaker = open();
    expect(breaker.admit().kind).toBe("rejected");
    breaker.probe();
    expect(breaker.state).toBe("half_open");
    expect(breaker.admit().kind).toBe("admitted");
  });

  test("a probe that fails opens it again, one that succeeds closes it", () => {
    const breaker = open();
    breaker.probe();
    breaker.failed("refused");
    expect(breaker.state).toBe("open");
    breaker.probe();
    breaker.succeeded();
    expect(breaker.state).toBe("closed");
  });

  test("after closing it takes the whole threshold again", () => {
    const breaker = open();
    breaker.probe();
    breaker.succeeded();
    breaker.failed("refused");
    expect(breaker.admit().kind).toBe("admitted");
  });

  test("changes of state are told once each", () => {
    const told = vi.fn();
    const breaker = open(told);
    breaker.failed("refused");
    expect(told.mock.calls).toEqual([["open"]]);
  });
});
