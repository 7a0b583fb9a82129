import { appendFileSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { silentLogger } from "../../../src/base/logger.ts";
import { AVAILABILITY_SPANS } from "../../../src/incidents/availability.ts";
import { ChecksumLog } from "../../../src/incidents/checksum-log.ts";
import type { Incident } from "../../../src/incidents/incident.ts";
import { IncidentStore } from "../../../src/incidents/incident-store.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { MemoryLog } from "../../support/memory-log.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const HOUSE = { ccuId: "house", interfaceName: "HmIP-RF" };
const LONG_TIMELINE = Array.from({ length: 60 }, (_, n) => ({ atMs: n, kind: "call" as const, text: "ü".repeat(200) }));

describe("IncidentStore", () => {
  let folder: string;
  let path: string;
  let clock: ManualClock;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "incidents-"));
    path = join(folder, "incidents.log");
    clock = new ManualClock();
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const open = (): IncidentStore => {
    const store = new IncidentStore({ log: new ChecksumLog({ path, logger: silentLogger }), clock });
    store.open();
    return store;
  };
  const reopened = (log: MemoryLog): IncidentStore => {
    const store = new IncidentStore({ log, clock });
    store.open();
    return store;
  };
  const ago = (ms: number): number => clock.wallMs() - ms;
  const incident = (changes: Partial<Incident> = {}): Incident => ({
    id: `house/HmIP-RF/${changes.startedAtMs ?? 0}`,
    ...HOUSE,
    cause: "timeout",
    startedAtMs: ago(10 * MINUTE_MS),
    endedAtMs: ago(5 * MINUTE_MS),
    unobservedEnd: false,
    timeline: [{ atMs: ago(10 * MINUTE_MS), kind: "call", text: "ping failed" }],
    ...changes,
  });
  const span = (fromMs: number, toMs: number) => ({ id: `house/HmIP-RF/${fromMs}`, ...HOUSE, fromMs, toMs });

  test("gives back after a restart what was saved, newest first; the later word about an incident counts", () => {
    const store = open();
    store.saveIncident(incident({ id: "a", startedAtMs: ago(20 * MINUTE_MS), endedAtMs: null }));
    store.saveIncident(incident({ id: "b" }));
    const ended = incident({ id: "a", startedAtMs: ago(20 * MINUTE_MS), endedAtMs: ago(15 * MINUTE_MS) });
    store.saveIncident(ended);
    expect(open().incidents).toEqual([incident({ id: "b" }), ended]);
  });

  test("what lasted at a crash ended when it was last watched, at an unknown time, and is said so only once", () => {
    const store = open();
    store.saveSpans([span(ago(DAY_MS), ago(MINUTE_MS))]);
    store.saveIncident(incident({ id: "a", endedAtMs: null }));
    for (let start = 0; start < 2; start += 1) {
      expect(open().incidents).toEqual([incident({ id: "a", endedAtMs: ago(MINUTE_MS), unobservedEnd: true })]);
    }
    rmSync(path);
    open().saveIncident(incident({ id: "never watched", endedAtMs: null }));
    expect(open().incidents[0]).toMatchObject({ endedAtMs: ago(10 * MINUTE_MS), unobservedEnd: true });
  });

  test("a torn last write costs that one entry", () => {
    const store = open();
    store.saveIncident(incident({ id: "a" }));
    appendFileSync(path, '12345678 {"type":"incident","incident":{"id":"tor');
    const next = open();
    expect(next.incidents.map(({ id }) => id)).toEqual(["a"]);
    next.saveIncident(incident({ id: "b" }));
    expect(
      open()
        .incidents.map(({ id }) => id)
        .toSorted(),
    ).toEqual(["a", "b"]);
  });

  test("what could not be written on a full disk is written as soon as there is room", () => {
    const log = new MemoryLog();
    const store = new IncidentStore({ log, clock });
    store.saveIncident(incident({ id: "a", endedAtMs: null }));
    log.isFull = true;
    store.saveIncident(incident({ id: "a" }));
    store.saveIncident(incident({ id: "b", startedAtMs: ago(12 * MINUTE_MS) }));
    log.isFull = false;
    store.saveSpans([span(ago(DAY_MS), ago(0))]);
    const again = reopened(log);
    expect(again.incidents).toEqual([incident({ id: "a" }), incident({ id: "b", startedAtMs: ago(12 * MINUTE_MS) })]);
  });

  test("lines of another shape are left out", () => {
    const log = new MemoryLog([null, 5, { type: "incident" }, { type: "incident", incident: incident({ id: "a" }) }, { type: "new" }]);
    const store = new IncidentStore({ log, clock });
    store.open();
    expect(store.incidents.map(({ id }) => id)).toEqual(["a"]);
  });

  test("keeps the newest 500 of 30 days", () => {
    const store = open();
    store.saveIncident(incident({ id: "old", startedAtMs: ago(32 * DAY_MS), endedAtMs: ago(31 * DAY_MS) }));
    store.saveSpans([span(ago(40 * DAY_MS), ago(35 * DAY_MS))]);
    for (let n = 0; n < 600; n += 1) store.saveIncident(incident({ id: `${n}`, startedAtMs: ago((1_000 - n) * MINUTE_MS) }));
    expect(store.incidents.length).toBeLessThanOrEqual(501);
    const again = open();
    expect(again.incidents).toHaveLength(500);
    expect([again.incidents.at(0)?.id, again.incidents.at(-1)?.id]).toEqual(["599", "100"]);
    expect(again.availability(HOUSE).over(60 * DAY_MS).watchedMs).toBe(0);
  });

  test.each([
    ["short", []],
    ["long", LONG_TIMELINE],
  ])("a CCU that flaps all day does not push the incidents of another out of the record, with %s timelines", (_, timeline) => {
    const store = open();
    const quiet = { ccuId: "office", interfaceName: "BidCos-RF" };
    for (const days of [21, 20])
      store.saveIncident(incident({ ...quiet, id: `${days} days ago`, startedAtMs: ago(days * DAY_MS), timeline: LONG_TIMELINE }));
    for (let n = 0; n < 600; n += 1) store.saveIncident(incident({ id: `${n}`, startedAtMs: ago((1_000 - n) * MINUTE_MS), timeline }));
    const again = open();
    expect(again.incidentsOf(quiet).map(({ id }) => id)).toEqual(["20 days ago", "21 days ago"]);
    expect(again.incidentsOf(HOUSE)[0]?.id).toBe("599");
  });

  test("stays below 2 MB, whatever the timelines hold", () => {
    const store = open();
    for (let n = 0; n < 200; n += 1) {
      store.saveIncident(incident({ id: `${n}`, startedAtMs: ago((1_000 - n) * MINUTE_MS), timeline: LONG_TIMELINE }));
      expect(statSync(path).size).toBeLessThan(2_100_000);
    }
    expect(open().incidents[0]?.id).toBe("199");
    expect(open().incidents.length).toBeGreaterThan(20);
  });

  test("a fleet that was started often keeps what was watched", () => {
    const store = open();
    const start = (n: number) =>
      Array.from({ length: 300 }, (_, index) => ({
        ...span(ago(20 * DAY_MS - n * DAY_MS), ago(19.5 * DAY_MS - n * DAY_MS)),
        id: `${index}/${n}`,
        ccuId: `site ${index}`,
      }));
    for (let n = 0; n < 10; n += 1) store.saveSpans(start(n));
    expect(open().availability({ ccuId: "site 0", interfaceName: null }).over(AVAILABILITY_SPANS.month).watchedMs).toBe(5 * DAY_MS);
    expect(statSync(path).size).toBeLessThan(2_000_000);
  });

  test("a CCU whose interfaces come and go does not push what was watched of another out of the record", () => {
    const log = new MemoryLog();
    const store = new IncidentStore({ log, clock });
    const quiet = { ccuId: "office", interfaceName: "BidCos-RF" };
    store.saveSpans([{ ...span(ago(20 * DAY_MS), ago(15 * DAY_MS)), ...quiet, id: "quiet" }]);
    for (let day = 10; day >= 1; day -= 1)
      store.saveSpans(
        Array.from({ length: 1_000 }, (_, n) => span(ago(day * DAY_MS) + n * MINUTE_MS, ago(day * DAY_MS) + (n + 1) * MINUTE_MS)),
      );
    const again = reopened(log);
    expect(log.size()).toBeLessThan(1_000_000);
    expect(again.availability(quiet).over(AVAILABILITY_SPANS.month).watchedMs).toBe(5 * DAY_MS);
    expect(again.availability(HOUSE).over(AVAILABILITY_SPANS.month).watchedMs).toBeGreaterThan(3_000 * MINUTE_MS);
  });

  test.each([
    ["many incidents", 600, []],
    ["long timelines", 100, LONG_TIMELINE],
  ])("the file is not written anew at each incident once it holds %s", (_, held, timeline) => {
    const log = new MemoryLog();
    const rewrite = vi.spyOn(log, "rewrite");
    const store = new IncidentStore({ log, clock });
    const fleet = Array.from({ length: 6_000 }, (_, n) => ({
      ...span(ago(29 * DAY_MS) + n * MINUTE_MS, ago(29 * DAY_MS) + (n + 1) * MINUTE_MS),
      ccuId: "3014F711A0001F98A99B7A3E",
      id: `3014F711A0001F98A99B7A3E/HmIP-RF/${n}`,
    }));
    store.saveSpans(fleet);
    const save = (n: number) => store.saveIncident(incident({ id: `${n}`, startedAtMs: ago((1_000 - n) * MINUTE_MS), timeline }));
    for (let n = 0; n < held; n += 1) save(n);
    rewrite.mockClear();
    for (let n = held; n < held + 20; n += 1) save(n);
    expect(rewrite.mock.calls.length).toBeLessThanOrEqual(3);
  });

  test("what lasts is kept, however often another interface of the CCU is lost meanwhile", () => {
    const store = open();
    store.saveIncident(incident({ id: "lasting", interfaceName: "BidCos-RF", startedAtMs: ago(2 * DAY_MS), endedAtMs: null }));
    for (let n = 0; n < 600; n += 1) store.saveIncident(incident({ id: `${n}`, startedAtMs: ago((1_000 - n) * MINUTE_MS) }));
    expect(store.incidents.at(-1)).toMatchObject({ id: "lasting", endedAtMs: null });
    expect(open().incidents.at(-1)).toMatchObject({ id: "lasting", unobservedEnd: true });
  });

  test("all that lasts is kept when a whole fleet is away, and the file is still not written anew each time", () => {
    const log = new MemoryLog();
    const rewrite = vi.spyOn(log, "rewrite");
    const store = new IncidentStore({ log, clock });
    const checkpoint = (): void => {
      for (let n = 0; n < 150; n += 1)
        store.saveIncident(incident({ id: `${n}`, ccuId: `site ${n}`, endedAtMs: null, timeline: LONG_TIMELINE }));
    };
    for (let n = 0; n < 4; n += 1) checkpoint();
    expect(store.incidents.filter(({ endedAtMs }) => endedAtMs === null)).toHaveLength(150);
    expect(rewrite.mock.calls.length).toBeLessThan(70);
    expect(log.size()).toBeLessThan(5_000_000);
  });

  test("whatever is saved: 500 of each CCU that are over, all that last, 2 MB unless more lasts, and few rewrites", () => {
    const LONG_BYTES = Buffer.byteLength(JSON.stringify(LONG_TIMELINE)) + 300;
    const entry = fc.record({
      ccuId: fc.constantFrom("house", "office", "hut"),
      kind: fc.constantFrom("spans", "spans", "flaps", "flaps", "long", "lasts"),
      count: fc.integer({ min: 1, max: 400 }),
    });
    fc.assert(
      fc.property(fc.array(entry, { minLength: 10, maxLength: 40 }), (entries) => {
        const log = new MemoryLog();
        const rewrite = vi.spyOn(log, "rewrite");
        const store = new IncidentStore({ log, clock });
        const lasting = new Set<string>();
        let next = 0;
        let longestAppend = 0;
        let bytes = 0;
        const saved = (more: number): void => {
          longestAppend = Math.max(longestAppend, more);
          bytes += more;
        };
        const save = (more: Partial<Incident>): string => {
          next += 1;
          store.saveIncident(incident({ id: `${next}`, startedAtMs: ago(DAY_MS) + next, ...more }));
          saved(more.timeline === undefined ? 300 : LONG_BYTES);
          return `${next}`;
        };
        const saveSpans = (ccuId: string): void => {
          next += 1;
          store.saveSpans(Array.from({ length: 100 }, (_, n) => ({ ...span(ago(DAY_MS), ago(n)), ccuId, id: `${next}/${n}` })));
          saved(20_000);
        };
        const times = (count: number, act: () => unknown): void => {
          for (let n = 0; n < count; n += 1) act();
        };
        for (const { ccuId, kind, count } of entries) {
          if (kind === "spans") times(count / 10, () => saveSpans(ccuId));
          else if (kind === "lasts") times(count / 40, () => lasting.add(save({ ccuId, endedAtMs: null, timeline: LONG_TIMELINE })));
          else if (kind === "long") times(count / 10, () => save({ ccuId, timeline: LONG_TIMELINE }));
          else times(count, () => save({ ccuId }));
        }
        expect(log.size()).toBeLessThan(1_000_000 + Math.max(1_000_000, lasting.size * LONG_BYTES) + longestAppend);
        expect(rewrite.mock.calls.length).toBeLessThanOrEqual(bytes / 250_000);
        const isOver = ({ endedAtMs }: Incident): boolean => endedAtMs !== null;
        const ids = store.incidents.filter((each) => !isOver(each)).map(({ id }) => id);
        expect(ids.toSorted()).toEqual([...lasting].toSorted());
        for (const each of [store, reopened(log)]) {
          const over = Object.groupBy(each.incidents.filter(isOver), (one) => one.ccuId);
          expect(Math.max(0, ...Object.values(over).map((of) => of?.length ?? 0))).toBeLessThanOrEqual(500);
        }
      }),
      { numRuns: 15 },
    );
  });

  test("writes down what is watched of many interfaces at once, since each write waits for the disk", () => {
    const log = new MemoryLog();
    const append = vi.spyOn(log, "append");
    const store = new IncidentStore({ log, clock });
    store.saveSpans([span(ago(DAY_MS), ago(0)), { ...span(ago(DAY_MS), ago(0)), id: "other", interfaceName: "BidCos-RF" }]);
    store.saveSpans([]);
    expect(append).toHaveBeenCalledTimes(1);
    expect(log.read()).toHaveLength(2);
  });

  test("availability of an interface, and of the CCU while any of them is down", () => {
    const store = open();
    store.noteSpan(span(ago(DAY_MS), ago(0)));
    store.noteSpan({ ...span(ago(DAY_MS), ago(0)), id: "other", interfaceName: "BidCos-RF" });
    store.saveIncident(incident({ id: "a" }));
    store.saveIncident(incident({ id: "b", interfaceName: "BidCos-RF", startedAtMs: ago(7 * MINUTE_MS), endedAtMs: null }));
    store.saveIncident(incident({ id: "c", ccuId: "hut", endedAtMs: null }));
    const down = (interfaceName: string | null): number =>
      store.availability({ ccuId: "house", interfaceName }).over(AVAILABILITY_SPANS.day).downMs / MINUTE_MS;
    expect([down("HmIP-RF"), down("BidCos-RF"), down(null)]).toEqual([5, 7, 10]);
  });
});
