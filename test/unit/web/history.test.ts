import { describe, expect, it } from "vitest";
import { History } from "../../../src/web/history.ts";
import { MAX_POINTS, SAMPLE_INTERVAL_MS } from "../../../src/web/page/history-format.ts";
import { seriesKey } from "../../../src/web/series-key.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { memoryTaken } from "../../support/memory-taken.ts";
import { Harness } from "./harness.ts";
import { appStatus, ccuStatus, FakeSource, interfaceStatus, NOW_MS, UNMEASURED } from "./status-fixture.ts";

const START = NOW_MS / 1_000;
const STEP = SAMPLE_INTERVAL_MS / 1_000;

function begin(source: FakeSource = new FakeSource()): { clock: ManualClock; history: History; source: FakeSource } {
  const clock = new ManualClock();
  const history = new History({ source, clock });
  history.start();
  return { clock, history, source };
}

describe("the history of the charts", () => {
  it("notes every 30 s the latency and the events per minute of each interface", () => {
    const { clock, history } = begin();
    expect(history.after(0)).toEqual({ keys: [], rows: [] });
    clock.advance(2 * SAMPLE_INTERVAL_MS);
    const ccu = ccuStatus();
    expect(history.after(0)).toEqual({
      keys: [seriesKey(ccu, interfaceStatus())],
      rows: [
        { at: START + STEP, points: [[11, 19.8, 3.2]] },
        { at: START + 2 * STEP, points: [[11, 19.8, 3.2]] },
      ],
    });
    expect(history.after(START + STEP).rows).toHaveLength(1);
  });

  it("has gaps where nothing was measured or an interface was not there yet", () => {
    const { clock, history, source } = begin(new FakeSource(appStatus({ ccus: [UNMEASURED] })));
    clock.advance(SAMPLE_INTERVAL_MS);
    source.set(appStatus({ ccus: [ccuStatus({ interfaces: [interfaceStatus(), interfaceStatus({ name: "BidCos-RF" })] })] }));
    clock.advance(SAMPLE_INTERVAL_MS);
    expect(history.after(0).rows.map(({ points }) => points)).toEqual([
      [[null, null, 3.2], null],
      [
        [11, 19.8, 3.2],
        [11, 19.8, 3.2],
      ],
    ]);
  });

  it("keeps twelve hours and no more", () => {
    const { clock, history } = begin();
    clock.advance((MAX_POINTS + 100) * SAMPLE_INTERVAL_MS);
    const { rows } = history.after(0);
    expect(rows).toHaveLength(MAX_POINTS);
    expect(rows[0]?.at).toBe(START + 101 * STEP);
  });

  it("takes little memory for the many interfaces of a fleet", () => {
    const interfaces = Array.from({ length: 30 }, (_, index) => interfaceStatus({ name: `interface ${index}` }));
    const { clock, history } = begin(new FakeSource(appStatus({ ccus: [ccuStatus({ interfaces })] })));
    clock.advance(SAMPLE_INTERVAL_MS);
    const before = memoryTaken();
    clock.advance(MAX_POINTS * SAMPLE_INTERVAL_MS);
    expect(memoryTaken() - before).toBeLessThan(1_000_000);
    expect(history.after(0).keys).toHaveLength(30);
  });

  it("forgets an interface that is gone", () => {
    const { clock, history, source } = begin();
    clock.advance(SAMPLE_INTERVAL_MS);
    source.set(appStatus({ ccus: [] }));
    clock.advance(SAMPLE_INTERVAL_MS);
    expect(history.after(0).keys).toHaveLength(1);
    clock.advance(MAX_POINTS * SAMPLE_INTERVAL_MS);
    expect(history.after(0).keys).toEqual([]);
  });

  it("tells interfaces of one name at two CCUs apart, and never by what they are called", () => {
    const [one, other] = [seriesKey({ id: "A" }, { name: "HmIP-RF" }), seriesKey({ id: "B" }, { name: "HmIP-RF" })];
    expect(one).not.toBe(other);
    expect(seriesKey({ id: "\u202e<b>" }, { name: '"'.repeat(10_000) })).toMatch(/^[\w-]{12}$/);
  });

  it.each(["/api/history", "/api/history?after=", "/api/history?after=x", "/api/history?after=Infinity", "/api/history?before=9"])(
    "is told whole to who asks %s",
    async (path) => {
      await using harness = await new Harness().start();
      harness.clock.advance(3 * SAMPLE_INTERVAL_MS);
      expect(JSON.parse((await harness.ask(path)).body).rows).toHaveLength(3);
      expect(JSON.parse((await harness.ask(`/api/history?after=${START + STEP}`)).body).rows).toHaveLength(2);
    },
  );
});
