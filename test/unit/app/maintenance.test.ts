import { describe, expect, test } from "vitest";
import { type AnnouncementMemory, NO_MAINTENANCE, QuietTimes } from "../../../src/central/quiet-times.ts";
import { LONGEST_MAINTENANCE_MINUTES } from "../../../src/config.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import type { Watched } from "./watched.ts";
import { World } from "./world.ts";

const NOTICED_MS = 26_000;
const BACK_MS = 30_000;
const MINUTE_MS = 60_000;
const eventTypes = ({ events }: Watched) => events.map(({ type }) => type);
const quietLines = ({ log }: World) => log.lines.filter((line) => /report/.test(line));

/** What the state file does. */
class Memory implements AnnouncementMemory {
  untilMs: number | null = null;

  remember(untilMs: number | null): void {
    this.untilMs = untilMs;
  }
}

describe("announced maintenance", () => {
  test("hides a whole restart that somebody announced, from the closed port on", async () => {
    await using world = await World.open();
    const watched = await world.watch({ interfaces: ["HmIP-RF", "BidCos-RF"] });
    await world.until(() => watched.isWell && watched.shows("problem") === false);
    watched.central.announceMaintenance(30);
    await watched.ccu.set({ mode: "refuse" });
    await world.until(() => watched.shows("connected") === false, NOTICED_MS);
    await world.pass(MINUTE_MS, 1_000);
    await watched.ccu.set({ mode: "boot" });
    await world.pass(5 * MINUTE_MS, 1_000);
    expect([watched.shows("status"), watched.central.quiet.reason]).toEqual(["critical", "announced"]);
    await watched.ccu.set({ mode: "normal" });
    await world.until(() => watched.isWell, BACK_MS);
    await world.pass(30 * MINUTE_MS, 5_000);
    expect([watched.rowsOf("problem"), eventTypes(watched), watched.problems]).toEqual([[false], [], []]);
    expect(watched.central.reliability.incidents).toHaveLength(2);
    expect(quietLines(world)).toEqual([
      "info CCU: maintenance was announced: nothing is reported as a problem until it is over",
      "info CCU: problems are reported again",
    ]);
  });

  test("tells what still lasts when it is over, a few seconds later", async () => {
    await using world = await World.open();
    const watched = await world.watch();
    await world.until(() => watched.isWell);
    watched.central.announceMaintenance(10);
    await watched.set({ mode: "unauthorized" });
    await world.pass(9 * MINUTE_MS, 1_000);
    expect([watched.shows("problem"), eventTypes(watched)]).toEqual([false, []]);
    await world.until(() => watched.shows("problem") === true && eventTypes(watched).length === 2, MINUTE_MS + 11_000);
    expect(eventTypes(watched)).toEqual(["interface_lost", "credentials_rejected"]);
  });

  test("is ended by hand at once, and announced anew for another time in one more line", async () => {
    await using world = await World.open();
    const watched = await world.watch();
    await world.until(() => watched.isWell);
    watched.central.announceMaintenance(10);
    watched.central.announceMaintenance(60);
    expect(watched.central.quiet.current).toEqual({ reason: "announced", untilMs: world.clock.wallMs() + 60 * MINUTE_MS });
    await watched.set({ mode: "refuse" });
    await world.pass(MINUTE_MS, 1_000);
    expect(watched.shows("problem")).toBe(false);
    watched.central.announceMaintenance(0);
    watched.central.announceMaintenance(0);
    expect(watched.central.quiet.current).toBeNull();
    await world.until(() => watched.shows("problem") === true, 5_200);
    expect(quietLines(world)).toEqual([
      "info CCU: maintenance was announced: nothing is reported as a problem until it is over",
      "info CCU: maintenance was announced: nothing is reported as a problem until it is over",
      "info CCU: problems are reported again",
    ]);
  });

  test("of one CCU leaves the other one alone", async () => {
    await using world = await World.open();
    const [cellar, attic] = [await world.watch({ name: "Cellar" }), await world.watch({ name: "Attic" })];
    await world.until(() => cellar.isWell && attic.isWell);
    cellar.central.announceMaintenance(30);
    await Promise.all([cellar, attic].map((each) => each.set({ mode: "refuse" })));
    await world.until(() => attic.shows("problem") === true, NOTICED_MS + 6_000);
    await world.pass(MINUTE_MS, 1_000);
    expect([cellar.shows("problem"), eventTypes(cellar), eventTypes(attic)]).toEqual([false, [], ["interface_lost"]]);
  });

  test("goes on after a restart of the program, until its time", async () => {
    const announcement = new Memory();
    await using world = await World.open();
    const first = await world.watch({ name: "before", announcement });
    first.central.announceMaintenance(30);
    await world.pass(10 * MINUTE_MS, 10_000);
    await world.finish(first.central.stop());
    const watched = await world.watch({ name: "after", announcement, prepare: (ccu) => ccu.set({ mode: "refuse" }) });
    expect(watched.central.quiet.current).toEqual({ reason: "announced", untilMs: world.clock.wallMs() + 20 * MINUTE_MS });
    await world.pass(19 * MINUTE_MS, 5_000);
    expect([watched.shows("status"), watched.shows("problem"), eventTypes(watched)]).toEqual(["critical", false, []]);
    await world.until(() => watched.shows("problem") === true, MINUTE_MS + 11_000);
  });
});

describe("QuietTimes with an announcement", () => {
  const open = (untilMs: number | null, clock = new ManualClock()) => {
    const memory = new Memory();
    memory.untilMs = untilMs;
    return { clock, memory, quiet: new QuietTimes({ maintenance: { ...NO_MAINTENANCE, memory }, clock }) };
  };

  test("remembers the end, and forgets it when it is ended", () => {
    const { quiet, memory, clock } = open(null);
    quiet.announce(10);
    expect(memory.untilMs).toBe(clock.wallMs() + 10 * MINUTE_MS);
    quiet.announce(0);
    expect([memory.untilMs, quiet.current]).toEqual([null, null]);
  });

  test("a step of the wall clock makes it neither longer nor shorter", () => {
    const { quiet, clock } = open(null);
    quiet.announce(10);
    clock.stepWall(-3_600_000);
    clock.advance(10 * MINUTE_MS - 1);
    expect(quiet.reason).toBe("announced");
    clock.advance(1);
    expect(quiet.reason).toBeNull();
  });

  test("what a wrong wall clock left behind ends after the longest time, what is over is over", () => {
    const clock = new ManualClock();
    expect(open(clock.wallMs() - 1, clock).quiet.reason).toBeNull();
    const { quiet } = open(clock.wallMs() + 365 * 86_400_000, clock);
    clock.advance(LONGEST_MAINTENANCE_MINUTES * MINUTE_MS - 1);
    expect(quiet.reason).toBe("announced");
    clock.advance(1);
    expect(quiet.reason).toBeNull();
  });

  test("says until when each reason holds, what the user can end first", () => {
    // 30 s after a full minute.
    const clock = new ManualClock({ wallMs: Date.UTC(2026, 10, 23, 12, 0, 30) });
    const now = new Date(clock.wallMs());
    const fromMinute = now.getHours() * 60 + now.getMinutes();
    const window = { fromMinute, toMinute: (fromMinute + 15) % 1_440 };
    const quiet = new QuietTimes({ maintenance: { ...NO_MAINTENANCE, window }, clock });
    quiet.starting();
    quiet.announce(5);
    const inMs = () => quiet.current && { ...quiet.current, untilMs: quiet.current.untilMs - clock.wallMs() };
    expect(inMs()).toEqual({ reason: "announced", untilMs: 5 * MINUTE_MS });
    quiet.announce(0);
    expect(inMs()).toEqual({ reason: "maintenance", untilMs: 14.5 * MINUTE_MS });
    clock.advance(14.5 * MINUTE_MS);
    expect(inMs()).toBeNull();
    quiet.starting();
    clock.advance(MINUTE_MS);
    expect(inMs()).toEqual({ reason: "boot", untilMs: 9 * MINUTE_MS });
  });
});
