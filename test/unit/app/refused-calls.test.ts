import { describe, expect, test } from "vitest";
import type { SimulatedFaults } from "../../../src/simulator/index.ts";
import { World } from "./world.ts";

/** A ping is due within 15 s and is given up after 10 s. */
const NOTICED_MS = 26_000;
/** A call that hangs is given up after 10 s, and the next attempt follows 10 s later at most. */
const RECOVERED_MS = 21_000;

interface Fault {
  readonly name: string;
  readonly fault: Partial<SimulatedFaults>;
  readonly end: Partial<SimulatedFaults>;
  readonly reason: string;
  /** What else is said about it. */
  readonly said?: readonly string[];
}

const FAULTS: readonly Fault[] = [
  { name: "hangs", fault: { mode: "hang" }, end: { mode: "normal" }, reason: "did not answer in time" },
  { name: "sends headers and no more", fault: { halfOpen: true }, end: { halfOpen: false }, reason: "did not answer in time" },
  { name: "refuses connections", fault: { mode: "refuse" }, end: { mode: "normal" }, reason: "refuses the connection" },
  {
    name: "boots",
    fault: { mode: "boot" },
    end: { mode: "normal" },
    reason: "still starting",
    said: ["info CCU: the CCU is starting: nothing is reported as a problem for up to 10 min", "info CCU: problems are reported again"],
  },
  { name: "has lost its process", fault: { mode: "processDown" }, end: { mode: "normal" }, reason: "interface process" },
  { name: "wants another password", fault: { mode: "unauthorized" }, end: { mode: "normal" }, reason: "rejects the user name or password" },
  { name: "answers with HTML", fault: { mode: "html" }, end: { mode: "normal" }, reason: "not XML-RPC" },
];

describe.each(FAULTS)("a CCU that $name", ({ fault, end, reason, said = [] }) => {
  test("shows in health, paths, deductions and state, and is forgotten when it is over", async () => {
    await using world = await World.open();
    const watched = await world.watch();
    await world.until(() => watched.isWell);
    watched.report(20);
    await world.until(() => watched.paths()?.radio === "ok");

    await watched.set(fault);
    await world.until(() => watched.health === 0, NOTICED_MS);
    expect(watched.paths()).toEqual({ command: "failing", event: "failing", radio: "unknown" });
    expect(watched.central.deductions).toHaveLength(2);
    for (const deduction of watched.central.deductions)
      expect(deduction).toMatch(new RegExp(`^HmIP-RF (command|event) path -50: .*${reason}`));
    expect(watched.state()).toBe("waiting");
    expect(watched.told.at(-1)).toMatchObject({ values: { system_health: 0 } });

    await watched.set(end);
    await world.until(() => watched.isWell, RECOVERED_MS);
    expect(watched.central.deductions).toEqual([]);
    expect(watched.simulated().clients).toHaveLength(1);
    expect(watched.ageSeconds).toBeGreaterThan(0);
  });

  test("costs two lines of log, however long it lasts", async () => {
    await using world = await World.open();
    const watched = await world.watch();
    await world.until(() => watched.isWell);
    await watched.set(fault);
    await world.pass(600_000, 1_000);
    expect(watched.health).toBe(0);
    await watched.set(end);
    await world.until(() => watched.isWell && watched.cause() === "none" && watched.central.quiet.reason === null, RECOVERED_MS);
    const lines = world.log.lines.filter((line) => !line.startsWith("debug"));
    expect(lines.filter((line) => line.includes("problem"))).toEqual(said);
    expect(lines.filter((line) => !line.includes("problem"))).toEqual([
      "info CCU: HmIP-RF: connected",
      expect.stringMatching(`^warn CCU: HmIP-RF: connection lost: .*${reason}`),
      "info CCU: HmIP-RF: connected",
    ]);
  });

  test("is waited for when it is so from the start, and stopping does not wait for it", async () => {
    await using world = await World.open();
    const watched = await world.watch({ deviceId: null });
    await watched.set(fault);
    const late = await world.watch({ name: "Late" });
    await late.set(fault);
    await world.until(() => late.health === 0, NOTICED_MS);
    expect(await world.finish(late.central.stop())).toBeLessThanOrEqual(2_200);
    expect(late.state()).toBe("stopped");

    await world.until(() => watched.health === 0, NOTICED_MS);
    await watched.set(end);
    await world.until(() => watched.isWell, RECOVERED_MS);
  });
});

test("an interface that hangs makes the latency rise instead of freezing it at its good average", async () => {
  await using world = await World.open();
  const watched = await world.watch();
  await world.pass(60_000);
  expect(watched.latencyMs).toBeLessThan(1_000);
  await watched.set({ mode: "hang" });
  await world.pass(120_000);
  expect(watched.latencyMs).toBeGreaterThan(4_000);
});

test("one hung ping is one timeout", async () => {
  await using world = await World.open();
  const watched = await world.watch();
  await world.until(() => watched.isWell);
  const timeouts = () => watched.central.metrics.getAggregatedLatency({ pattern: "ping_pong" })?.recent.timeouts ?? 0;
  await watched.set({ mode: "hang" });
  await world.until(() => watched.state() === "waiting", NOTICED_MS);
  await world.until(() => timeouts() > 0);
  expect(timeouts()).toBe(1);
});

test.each(["unauthorized", "html"] as const)("%s: a device that reports nevertheless proves the event path", async (mode) => {
  await using world = await World.open();
  const watched = await world.watch();
  await world.until(() => watched.isWell);
  await watched.set({ mode });
  await world.until(() => watched.health === 0, NOTICED_MS);
  watched.report(20);
  await world.until(() => watched.health === 60, 1_000);
  expect(watched.paths()).toEqual({ command: "failing", event: "ok", radio: "ok" });
});
