import { describe, expect, test } from "vitest";
import { AppStatusSource } from "../../../src/app-status.ts";
import type { StatusSource } from "../../../src/web/status.ts";
import type { Watched } from "./watched.ts";
import { World } from "./world.ts";

const MINUTE_MS = 60_000;

function statusOf({ central }: Watched, { clock }: World): StatusSource {
  const callback = { host: "127.0.0.1", port: 8095, counters: () => ({}) };
  return new AppStatusSource({
    version: "1",
    demo: false,
    inHomeAssistant: false,
    centrals: [central],
    homeAssistant: null,
    companion: null,
    callback,
    clock,
  });
}

describe("the search for the interfaces of a CCU", () => {
  test("shows since when it lasts, where it is stuck and when it is tried again, each time anew; found, nothing of it", async () => {
    await using world = await World.open();
    const startMs = world.clock.wallMs();
    const watched = await world.watch({ configured: [], prepare: (ccu) => ccu.set({ mode: "refuse" }) });
    const source = statusOf(watched, world);
    let changes = 0;
    using _ = source.onChange(() => {
      changes += 1;
    });
    const ccu = () => source.status().ccus[0] ?? expect.fail("no CCU");
    await world.pass(5 * MINUTE_MS, 1_000);
    await world.until(() => (ccu().search?.nextAttemptInSeconds ?? 0) > 5, 11_000);
    expect(ccu().search).toEqual({
      since: new Date(startMs).toISOString(),
      nextAttemptInSeconds: expect.any(Number),
      recovery: { step: "connection", passed: 1, steps: 8, since: expect.any(String) },
    });
    const before = ccu().search?.nextAttemptInSeconds ?? 0;
    await world.pass(3_000);
    expect(ccu().search?.nextAttemptInSeconds).toBe(before - 3);
    // Each attempt, not each second.
    expect(changes).toBeGreaterThan(20);
    expect(changes).toBeLessThan(100);

    await watched.ccu.set({ mode: "boot" });
    await world.until(() => ccu().search?.recovery.step === "http", 11_000);
    await world.until(() => ccu().quiet?.reason === "boot", 1_000);
    await watched.ccu.set({ mode: "normal" });
    await world.until(() => watched.isWell);
    expect([ccu().search, ccu().interfaces.map(({ name }) => name)]).toEqual([null, ["HmIP-RF"]]);
  });

  test("is on record as one incident with its cause, from the first attempt to the first answer, and counts as time that failed", async () => {
    await using world = await World.open();
    const startMs = world.clock.wallMs();
    const watched = await world.watch({ configured: [], prepare: (ccu) => ccu.set({ mode: "unauthorized" }) });
    await world.pass(5 * MINUTE_MS, 1_000);
    const [open, ...more] = watched.central.reliability.incidents;
    expect(more).toEqual([]);
    expect(open).toMatchObject({ interfaceName: "CCU", cause: "credentials_rejected", endedAtMs: null });
    expect((open?.startedAtMs ?? 0) - startMs).toBeLessThanOrEqual(1_000);
    expect(open?.timeline.map(({ text }) => text)).toContainEqual(expect.stringMatching(/^system.listMethods failed: .*\[UNAUTHORIZED\]$/));
    await watched.ccu.set({ mode: "normal" });
    await world.until(() => watched.isWell);
    await world.pass(MINUTE_MS, 1_000);
    const [closed, ...others] = watched.central.reliability.incidents;
    expect(others).toEqual([]);
    const downMs = (closed?.endedAtMs ?? 0) - (closed?.startedAtMs ?? 0);
    expect(downMs).toBeGreaterThanOrEqual(5 * MINUTE_MS - 1_000);
    expect(downMs).toBeLessThan(5 * MINUTE_MS + 11_000);
    const { day } = watched.central.reliability.availability(null) ?? {};
    expect(day).toMatchObject({ failures: 1, downMs });
    expect(watched.central.reliability.availability("HmIP-RF")?.day.downMs).toBe(0);
  });

  test("is on record soon after it is settled whose it is, on the very first run", async () => {
    await using world = await World.open();
    const watched = await world.watch({ configured: [], deviceId: null, prepare: (ccu) => ccu.set({ mode: "refuse" }) });
    await world.pass(11_000);
    expect(watched.central.reliability.incidents).toMatchObject([{ interfaceName: "CCU", cause: "connection_refused", endedAtMs: null }]);
  });

  test("that the program ends is an end that nobody observed", async () => {
    await using world = await World.open();
    const watched = await world.watch({ configured: [], prepare: (ccu) => ccu.set({ mode: "refuse" }) });
    await world.pass(MINUTE_MS, 1_000);
    await world.finish(watched.central.stop());
    expect(world.incidents.incidents).toMatchObject([{ interfaceName: "CCU", unobservedEnd: true }]);
  });

  test("of a CCU that answers at once leaves no incident and no time behind", async () => {
    await using world = await World.open();
    const watched = await world.watch({ configured: [] });
    await world.until(() => watched.isWell);
    expect(world.incidents.incidents).toEqual([]);
    expect(watched.central.search).toBeNull();
  });
});
