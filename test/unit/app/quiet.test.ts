import { describe, expect, test } from "vitest";
import { type DailyWindow, dailyWindow, NO_MAINTENANCE, QuietTimes } from "../../../src/central/quiet-times.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import type { Watched } from "./watched.ts";
import { World } from "./world.ts";

const NOTICED_MS = 26_000;
const BACK_MS = 30_000;
const MINUTE_MS = 60_000;
const eventTypes = ({ events }: Watched) => events.map(({ type }) => type);
const quietLines = ({ log }: World) => log.lines.filter((line) => /problem/.test(line));

/** A window around the present local time of a clock. */
function windowAround(clock: ManualClock, fromMinutes: number, toMinutes: number): DailyWindow {
  const now = new Date(clock.wallMs());
  const minute = now.getHours() * 60 + now.getMinutes();
  return { fromMinute: (minute + fromMinutes + 1_440) % 1_440, toMinute: (minute + toMinutes + 1_440) % 1_440 };
}

describe("nobody is alarmed", () => {
  test("while a CCU says that it is starting; health, status and record tell the truth", async () => {
    await using world = await World.open();
    const watched = await world.watch({ interfaces: ["HmIP-RF", "BidCos-RF"] });
    await world.until(() => watched.isWell && watched.shows("problem") === false);
    await watched.ccu.set({ mode: "boot" });
    await world.until(() => watched.cause() === "ccu_booting", NOTICED_MS);
    await watched.set({ mode: "normal" }, "BidCos-RF");
    await watched.set({ mode: "processDown" });
    await world.pass(300_000, 1_000);
    expect([watched.shows("problem"), eventTypes(watched), watched.problems]).toEqual([false, [], []]);
    expect([watched.shows("status"), watched.shows("connected"), watched.central.quiet.reason]).toEqual(["critical", false, "boot"]);
    expect(watched.health).toBeLessThan(100);
    expect(watched.central.reliability.incidents.some(({ endedAtMs }) => endedAtMs === null)).toBe(true);
    await watched.set({ mode: "normal" });
    await world.until(() => watched.isWell && watched.central.quiet.reason === null, BACK_MS);
    expect(eventTypes(watched)).toEqual([]);
    expect(quietLines(world)).toEqual([
      "info CCU: the CCU is starting: nothing is reported as a problem for up to 10 min",
      "info CCU: problems are reported again",
    ]);
  });

  test("but a start that takes longer than 10 min is told", async () => {
    await using world = await World.open();
    const watched = await world.watch({ prepare: (ccu) => ccu.interface("HmIP-RF").set({ mode: "boot" }) });
    await world.until(() => watched.cause() === "ccu_booting", NOTICED_MS);
    await world.pass(9 * MINUTE_MS, 5_000);
    expect([watched.shows("problem"), eventTypes(watched)]).toEqual([false, []]);
    await world.until(() => watched.shows("problem") === true && eventTypes(watched).includes("interface_lost"), 2 * MINUTE_MS);
    expect(watched.central.quiet.reason).toBeNull();
  });

  test("in the time set for maintenance; what lasts is told when it is over", async () => {
    await using world = await World.open();
    const watched = await world.watch({ maintenance: windowAround(world.clock, -1, 10) });
    await world.until(() => watched.isWell && watched.central.quiet.reason === "maintenance");
    await watched.set({ mode: "unauthorized" });
    await world.until(() => watched.cause() === "credentials_rejected", NOTICED_MS);
    await world.pass(5 * MINUTE_MS, 5_000);
    expect([watched.shows("problem"), eventTypes(watched), watched.problems]).toEqual([false, [], []]);
    await world.until(() => watched.shows("problem") === true, 6 * MINUTE_MS);
    await world.until(() => eventTypes(watched).length === 2, 10_000);
    expect(eventTypes(watched)).toEqual(["interface_lost", "credentials_rejected"]);
    expect(watched.problems.map(({ key }) => key)).toEqual(["credentials_rejected"]);
  });

  test("of what is over within seconds", async () => {
    await using world = await World.open();
    const watched = await world.watch();
    await world.until(() => watched.isWell);
    await watched.set({ mode: "reset" });
    await world.until(() => watched.cause() === "connection_lost", NOTICED_MS);
    await watched.set({ mode: "normal" });
    await world.until(() => watched.isWell, 3_000);
    await world.pass(60_000, 1_000);
    expect([watched.rowsOf("problem"), eventTypes(watched)]).toEqual([[false], []]);
    expect(watched.rowsOf("status")).toEqual(["ok", "critical", "ok"]);
    expect(watched.central.reliability.incidents).toHaveLength(1);
  });

  test("of a single PONG that stays away, however late the next one is due; a second one is a loss", async () => {
    await using world = await World.open();
    const watched = await world.watch();
    await world.until(() => watched.isWell);
    await watched.set({ pingWithoutPong: true });
    await world.until(() => watched.cause() === "pong_late", NOTICED_MS);
    await watched.set({ pingWithoutPong: false });
    await world.until(() => watched.cause() === "none", BACK_MS);
    await world.pass(MINUTE_MS, 1_000);
    expect([watched.rowsOf("problem"), watched.rowsOf("status"), eventTypes(watched)]).toEqual([[false], ["ok", "critical", "ok"], []]);
    await watched.set({ pingWithoutPong: true });
    await world.until(() => watched.cause() === "pong_late", NOTICED_MS);
    await world.until(() => watched.shows("problem") === true, NOTICED_MS);
    await world.until(() => eventTypes(watched).length === 2, 1_000);
    expect(eventTypes(watched)).toEqual(["interface_lost", "dropped_by_ccu"]);
  });

  test("a restart that nobody announced is told once as lost and once as restored, and is no problem from the first 503 on", async () => {
    await using world = await World.open();
    const watched = await world.watch({ interfaces: ["HmIP-RF", "BidCos-RF"] });
    await world.until(() => watched.isWell && watched.shows("problem") === false);
    await watched.ccu.set({ mode: "refuse" });
    await world.until(() => watched.shows("problem") === true, NOTICED_MS + 6_000);
    await world.pass(30_000, 1_000);
    await watched.ccu.set({ mode: "boot" });
    await world.until(() => watched.shows("problem") === false, 11_000);
    await world.pass(2 * MINUTE_MS, 1_000);
    await watched.ccu.set({ mode: "normal" });
    await world.until(() => watched.isWell, BACK_MS);
    await world.pass(MINUTE_MS, 1_000);
    expect(watched.rowsOf("problem")).toEqual([false, true, false]);
    expect(eventTypes(watched).toSorted()).toEqual(["interface_lost", "interface_lost", "interface_restored", "interface_restored"]);
    expect(watched.problems).toEqual([]);
  });

  test("of a CCU that is starting when it is looked for the first time", async () => {
    await using world = await World.open();
    const watched = await world.watch({ configured: [], prepare: (ccu) => ccu.set({ mode: "boot" }) });
    await world.until(() => watched.cause() === "ccu_booting");
    await world.pass(9 * MINUTE_MS, 5_000);
    expect([watched.shows("status"), watched.shows("problem"), eventTypes(watched)]).toEqual(["critical", false, []]);
    await world.until(() => watched.shows("problem") === true && eventTypes(watched).length === 1, 2 * MINUTE_MS);
  });
});

describe("QuietTimes", () => {
  test.each([
    [-30, 30, true],
    [1, 30, false],
    [-30, 0, false],
    [-700, 700, true],
    [30, -30, false],
  ])("a window from %i to %i min around the present time: %s", (from, to, quiet) => {
    const clock = new ManualClock();
    expect(new QuietTimes({ maintenance: { ...NO_MAINTENANCE, window: windowAround(clock, from, to) }, clock }).reason).toBe(
      quiet ? "maintenance" : null,
    );
  });

  test("reads the window of the options", () => {
    expect(dailyWindow("03:00-03:30")).toEqual({ fromMinute: 180, toMinute: 210 });
    expect(dailyWindow("23:45-00:15")).toEqual({ fromMinute: 1_425, toMinute: 15 });
    expect(dailyWindow("")).toBeNull();
  });

  test("each start of the CCU is given its 10 min, and no more", () => {
    const clock = new ManualClock();
    const quiet = new QuietTimes({ maintenance: NO_MAINTENANCE, clock });
    for (let start = 0; start < 2; start += 1) {
      for (let minute = 0; minute < 10; minute += 1) {
        quiet.starting();
        expect(quiet.reason).toBe("boot");
        clock.advance(MINUTE_MS);
      }
      quiet.starting();
      expect(quiet.reason).toBeNull();
      clock.advance(60 * MINUTE_MS);
    }
  });
});
