import { describe, expect, test } from "vitest";
import { ANY_PORT, Program } from "./program.ts";
import type { Watched } from "./watched.ts";
import { World } from "./world.ts";

const NOTICED_MS = 26_000;
const BACK_MS = 30_000;
const ongoing = ({ central }: Watched) => central.reliability.incidents.filter(({ endedAtMs }) => endedAtMs === null);

describe("the record of incidents", () => {
  test("tells a loss from the first failing call to the proof that all is well, with cause and downtime", async () => {
    await using world = await World.open();
    const watched = await world.watch({ interfaces: ["HmIP-RF", "BidCos-RF"] });
    await world.until(() => watched.isWell);
    await world.pass(60_000, 1_000);
    expect(watched.central.reliability.incidents).toEqual([]);

    const brokenAtMs = world.clock.wallMs();
    await watched.set({ mode: "refuse" });
    await world.until(() => ongoing(watched).length === 1, NOTICED_MS);
    const [opened] = ongoing(watched);
    expect(opened).toMatchObject({ ccuId: "CCU", interfaceName: "HmIP-RF", cause: "connection_refused", unobservedEnd: false });
    expect(opened?.startedAtMs).toBeGreaterThanOrEqual(brokenAtMs);
    await world.pass(300_000, 1_000);
    await watched.set({ mode: "normal" });
    await world.until(() => watched.isWell, BACK_MS);
    await world.until(() => ongoing(watched).length === 0, 1_000);

    const [closed] = watched.central.reliability.incidents;
    expect(watched.central.reliability.incidents).toHaveLength(1);
    expect(closed).toMatchObject({ id: opened?.id, cause: "connection_refused", startedAtMs: opened?.startedAtMs });
    const downMs = (closed?.endedAtMs ?? 0) - (closed?.startedAtMs ?? 0);
    expect(downMs).toBeGreaterThan(280_000);
    expect(downMs).toBeLessThan(300_000 + NOTICED_MS + BACK_MS);
    const texts = closed?.timeline.map(({ kind, text }) => `${kind} ${text}`) ?? [];
    expect(texts).toContainEqual(expect.stringMatching(/^pong PONG after \d+ ms$/));
    expect(texts).toContainEqual(expect.stringMatching(/^call ping failed: The CCU refuses the connection .* \[CONNECTION_REFUSED\]$/));
    expect(texts).toContainEqual(expect.stringMatching(/^state connected -> waiting: /));
    expect(texts).toContain("cause connection_refused");
    expect(texts).toContain("path event path ok");
    expect(texts.length).toBeLessThanOrEqual(60);
    expect(JSON.stringify(watched.central.reliability.incidents)).not.toContain("a-secret-of-this-run");

    const { day } = watched.central.reliability.availability("HmIP-RF") ?? {};
    expect(day).toMatchObject({ failures: 1, downMs });
    expect(day?.meanTimeBetweenFailuresMs).toBe((day?.watchedMs ?? 0) - downMs);
    expect(watched.central.reliability.availability("BidCos-RF")?.day).toMatchObject({ ratio: 1, failures: 0 });
    expect(watched.central.reliability.availability(null)?.day.downMs).toBe(downMs);
  });

  test("begins with the first missing PONG, and a single late one is no incident", async () => {
    await using world = await World.open();
    const watched = await world.watch();
    await world.until(() => watched.isWell);
    await watched.set({ pingWithoutPong: true });
    await world.until(() => watched.cause() === "pong_late", NOTICED_MS);
    const missedAtMs = world.clock.wallMs();
    expect(ongoing(watched)).toEqual([]);
    await watched.set({ pingWithoutPong: false });
    await world.until(() => watched.isWell, BACK_MS);
    await watched.set({ pingWithoutPong: true });
    await world.until(() => ongoing(watched).length === 1, 60_000);
    const [incident] = ongoing(watched);
    expect(incident?.startedAtMs).toBeGreaterThan(missedAtMs);
    expect(incident?.startedAtMs).toBeLessThan(world.clock.wallMs() - 10_000);
    expect(incident?.cause).toBe("dropped_by_ccu");
  });

  test("begins with the fault itself, however late PONGs were before", async () => {
    await using world = await World.open();
    const watched = await world.watch();
    await world.until(() => watched.isWell);
    await watched.set({ latePongMs: 12_000 });
    await world.pass(600_000, 1_000);
    const brokenAtMs = world.clock.wallMs();
    await watched.set({ mode: "refuse" });
    await world.until(() => ongoing(watched).length === 1, NOTICED_MS);
    expect(ongoing(watched)[0]?.startedAtMs).toBeGreaterThan(brokenAtMs - NOTICED_MS);
  });

  test.each([3_600_000, -3_600_000])("the wall clock is set by %i ms: an outage afterwards counts as long as it lasts", async (byMs) => {
    await using world = await World.open();
    const watched = await world.watch();
    await world.until(() => watched.isWell);
    await world.pass(600_000, 1_000);
    world.clock.stepWall(byMs);
    await world.pass(60_000, 1_000);
    await watched.set({ mode: "refuse" });
    await world.until(() => ongoing(watched).length === 1, NOTICED_MS);
    await world.pass(300_000, 1_000);
    await watched.set({ mode: "normal" });
    await world.until(() => watched.isWell && ongoing(watched).length === 0, BACK_MS);
    const [incident] = watched.central.reliability.incidents;
    const downMs = (incident?.endedAtMs ?? 0) - (incident?.startedAtMs ?? 0);
    expect(downMs).toBeGreaterThan(300_000);
    const { watchedMs, ...day } = watched.central.reliability.availability(null)?.day ?? { watchedMs: 0 };
    expect(day).toMatchObject({ failures: 1, downMs });
    expect(watchedMs).toBeGreaterThanOrEqual(360_000);
  });

  test("an outage that lasts when the wall clock is set ends by the old one, at an unknown time, and goes on by the new one", async () => {
    await using world = await World.open();
    const watched = await world.watch();
    await world.until(() => watched.isWell);
    await watched.set({ mode: "refuse" });
    await world.until(() => ongoing(watched).length === 1, NOTICED_MS);
    await world.pass(300_000, 1_000);
    const [before] = ongoing(watched);
    const setAtMs = world.clock.wallMs();
    world.clock.stepWall(7 * 86_400_000);
    await world.pass(300_000, 1_000);
    await watched.set({ mode: "normal" });
    await world.until(() => watched.isWell && ongoing(watched).length === 0, BACK_MS);
    const [after, ended] = watched.central.reliability.incidents;
    expect(ended).toMatchObject({ id: before?.id, cause: "connection_refused", unobservedEnd: true });
    expect(Math.abs((ended?.endedAtMs ?? 0) - setAtMs)).toBeLessThanOrEqual(5_000);
    expect(after).toMatchObject({ cause: "connection_refused", unobservedEnd: false });
    expect((after?.startedAtMs ?? 0) - setAtMs - 7 * 86_400_000).toBeLessThanOrEqual(5_000);
    const day = watched.central.reliability.availability(null)?.day;
    expect(day?.downMs).toBe((after?.endedAtMs ?? 0) - (after?.startedAtMs ?? 0));
  });

  test("outlives the program: what lasted then ended at an unknown time, and the time between counts neither way", async () => {
    await using world = await World.open();
    const watched = await world.watch({ prepare: (ccu) => ccu.interface("HmIP-RF").set({ mode: "unauthorized" }) });
    await world.until(() => ongoing(watched).length === 1, NOTICED_MS);
    await world.pass(1_200_000, 5_000);
    await world.finish(watched.central.stop());
    await world.pass(3_600_000, 60_000);
    world.incidents.open();
    const [incident] = world.incidents.incidents;
    expect(incident).toMatchObject({ cause: "credentials_rejected", unobservedEnd: true });
    const downMs = (incident?.endedAtMs ?? 0) - (incident?.startedAtMs ?? 0);
    expect(downMs).toBeGreaterThanOrEqual(1_190_000);
    expect(downMs).toBeLessThan(1_260_000);
  });

  test("is exported by the program itself", async () => {
    await using program = new Program({ env: ANY_PORT });
    const page = await program.page();
    const record = async () => (await fetch(`${page}/api/incidents`)).json();
    const snapshot = await program.snapshot();
    expect(snapshot.ccus[0]).toMatchObject({ incidents: [] });
    expect(await record()).toMatchObject({
      ccus: [{ name: "Demo CCU", incidents: [], interfaces: [{ name: "BidCos-RF" }, { name: "HmIP-RF" }] }],
    });
  });
});
