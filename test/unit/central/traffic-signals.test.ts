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

  test("a full queue has lost what usually comes beyond it", () => {
    const clock = new ManualClock();
    const watch = new DeliveryWatch({ clock, eventsPerMinute: () => 300 });
    watch.batchHandled({ size: 5, arrivedAtMs: 0 });
    clock.advance(60_000);
    watch.batchHandled({ size: 200, arrivedAtMs: 60_000 });
    expect(watch.delivery).toMatchObject({ fullBatches: 1, estimatedLost: 100 });
  });

  test("a batch that we answer too late may be lost as a whole", () => {
    const clock = new ManualClock();
    const watch = new DeliveryWatch({ clock, eventsPerMinute: () => null });
    clock.advance(10_000);
    watch.batchHandled({ size: 30, arrivedAtMs: 0 });
    expect(watch.delivery).toEqual({ fullBatches: 0, slowBatches: 1, longestHandlingMs: 10_000, estimatedLost: 30 });
  });
});
