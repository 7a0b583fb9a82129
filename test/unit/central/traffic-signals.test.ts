import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ChattyDevices } from "../../../src/central/chatty-devices.ts";
import { DeliveryWatch } from "../../../src/central/delivery-watch.ts";
import { ForeignClients } from "../../../src/central/foreign-clients.ts";
import { LevelTrend } from "../../../src/central/level-trend.ts";
import { ManualClock } from "../../support/manual-clock.ts";

const MINUTE_MS = 60_000;

describe("ChattyDevices", () => {
  test("tells events a minute by device, whatever the channel, the most talkative first", () => {
    const clock = new ManualClock();
    const chatty = new ChattyDevices({ clock });
    for (let minute = 0; minute < 30; minute += 1) {
      for (let n = 0; n < 6; n += 1) chatty.add(`LOUD:${n % 2}`);
      if (minute % 2 === 0) chatty.add("QUIET");
      clock.advance(MINUTE_MS);
    }
    expect(chatty.top(20)).toEqual([
      { device: "LOUD", eventsPerMinute: 6 },
      { device: "QUIET", eventsPerMinute: 0.5 },
    ]);
    expect(chatty.top(1)).toHaveLength(1);
  });

  test("forgets who has been quiet for 20 min, and says nothing in the first minute", () => {
    const clock = new ManualClock();
    const chatty = new ChattyDevices({ clock });
    chatty.add("A:1");
    expect(chatty.top(20)).toEqual([]);
    clock.advance(MINUTE_MS);
    expect(chatty.top(20)).toEqual([{ device: "A", eventsPerMinute: 1 }]);
    clock.advance(10 * MINUTE_MS);
    expect(chatty.top(20).map(({ device }) => device)).toEqual(["A"]);
    clock.advance(10 * MINUTE_MS);
    expect(chatty.top(20)).toEqual([]);
  });

  test("finds the loud one among thousands, in bounded memory", () => {
    const clock = new ManualClock();
    const chatty = new ChattyDevices({ clock });
    for (let n = 0; n < 20_000; n += 1) chatty.add(n % 10 === 0 ? "LOUD:1" : `D${n % 5_003}:1`);
    clock.advance(5 * MINUTE_MS);
    const [first] = chatty.top(20);
    expect(first?.device).toBe("LOUD");
    expect(first?.eventsPerMinute).toBeGreaterThanOrEqual(400);
    expect(chatty.top(1_000).length).toBeLessThanOrEqual(128);
  });
});

describe("ForeignClients", () => {
  test("tells who pings and how often, by what comes before the counter", () => {
    const clock = new ManualClock();
    const clients = new ForeignClients({ clock });
    for (let n = 0; n < 5; n += 1) {
      clients.pongHeard(`aiohomematic-HmIP#${n}`);
      clock.advance(15_000);
    }
    clients.pongHeard("ReGaHss");
    expect(clients.present).toEqual([
      { id: "aiohomematic-HmIP", lastSeenMs: 60_000, everyMs: 15_000 },
      { id: "ReGaHss", lastSeenMs: 75_000, everyMs: null },
    ]);
    clock.advance(3_600_000 - 14_000);
    expect(clients.present.map(({ id }) => id)).toEqual(["ReGaHss"]);
  });

  test("remembers 16 of them with short, readable names, whatever comes in", () => {
    const clients = new ForeignClients({ clock: new ManualClock() });
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "binary", maxLength: 300 }), { maxLength: 50 }), (tokens) => {
        for (const token of tokens) clients.pongHeard(token);
        expect(clients.present.length).toBeLessThanOrEqual(16);
        for (const { id } of clients.present) expect(id).toMatch(/^[\x20-\x7e]{1,64}$/);
      }),
    );
  });
});

describe("LevelTrend", () => {
  const trendAfter = (minutes: number, percentAt: (minute: number) => number) => {
    const clock = new ManualClock();
    const trend = new LevelTrend({ clock });
    for (let minute = 0; minute < minutes; minute += 1) {
      trend.add(percentAt(minute));
      clock.advance(MINUTE_MS);
    }
    return trend.trend;
  };

  test("says nothing by fewer than five samples", () => {
    expect(trendAfter(4, (minute) => minute)).toBeNull();
  });

  test("a rise reaches the limit in time", () => {
    const trend = trendAfter(30, (minute) => 20 + minute);
    expect(trend?.percentPerHour).toBeCloseTo(60);
    expect(trend?.minutesToLimit).toBeCloseTo(51);
  });

  test.each<[string, (minute: number) => number]>([
    ["steady", () => 40],
    ["falling", (minute) => 80 - minute],
    ["rising by a hair", (minute) => 40 + minute / 100],
  ])("what is %s reaches none", (_name, percentAt) => {
    expect(trendAfter(30, percentAt)?.minutesToLimit).toBeNull();
  });

  test("what is long ago does not count", () => {
    const trend = trendAfter(120, (minute) => (minute < 60 ? minute : 60));
    expect(trend?.percentPerHour).toBeCloseTo(0);
  });
});

describe("DeliveryWatch", () => {
  test("small batches, answered at once, lose nothing", () => {
    const clock = new ManualClock();
    const watch = new DeliveryWatch({ clock, eventsPerMinute: () => 1_000 });
    for (let n = 0; n < 10; n += 1) {
      const arrivedAtMs = clock.monotonicMs();
      clock.advance(20);
      watch.batchHandled({ size: 199, arrivedAtMs });
      clock.advance(60_000);
    }
    expect(watch.delivery).toEqual({ fullBatches: 0, slowBatches: 0, longestHandlingMs: 20, estimatedLost: 0 });
  });

  const full = (watch: DeliveryWatch, arrivedAtMs: number, size = 200): void => watch.batchHandled({ size, arrivedAtMs });

  test("a full queue has lost what usually comes in the pause before, as far as it has not come", () => {
    const clock = new ManualClock();
    const watch = new DeliveryWatch({ clock, eventsPerMinute: () => 600 });
    full(watch, 0, 5);
    clock.advance(60_000);
    full(watch, 60_000, 1);
    full(watch, 60_000);
    full(watch, 60_010);
    full(watch, 60_020, 9);
    expect(watch.delivery).toMatchObject({ fullBatches: 2, estimatedLost: 190 });
    full(watch, 60_030);
    full(watch, 60_040, 1);
    expect(watch.delivery).toMatchObject({ fullBatches: 3, estimatedLost: 190 });
  });

  test("the next request tells as well, although it comes after a pause of its own", () => {
    const watch = new DeliveryWatch({ clock: new ManualClock(), eventsPerMinute: () => 600 });
    full(watch, 0, 5);
    full(watch, 60_000);
    full(watch, 75_000, 1);
    expect(watch.delivery).toMatchObject({ fullBatches: 1, estimatedLost: 400 });
  });

  test("a burst after hours of single events, none of them in a batch, has lost nothing", () => {
    const watch = new DeliveryWatch({ clock: new ManualClock(), eventsPerMinute: () => 30 });
    for (let arrivedAtMs = 0; arrivedAtMs <= 7_200_000; arrivedAtMs += 2_000) full(watch, arrivedAtMs, 1);
    full(watch, 7_200_500);
    full(watch, 7_202_000, 1);
    expect(watch.delivery).toMatchObject({ fullBatches: 1, estimatedLost: 0 });
  });

  test("a batch that we answer too late is counted as such, and has arrived all the same", () => {
    const clock = new ManualClock();
    const watch = new DeliveryWatch({ clock, eventsPerMinute: () => 600 });
    clock.advance(10_000);
    full(watch, 0, 30);
    full(watch, 10_000, 70);
    expect(watch.delivery).toEqual({ fullBatches: 0, slowBatches: 1, longestHandlingMs: 10_000, estimatedLost: 0 });
  });
});
