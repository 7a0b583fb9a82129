import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { every } from "../../../src/base/clock.ts";
import { SCRIPT } from "../../../src/web/page/script.ts";
import { ManualClock } from "../../support/manual-clock.ts";

const CONNECTING = 0;
const CLOSED = 2;

class Stream extends EventTarget {
  readonly url: string;
  readyState: number = CONNECTING;

  constructor(url: string) {
    super();
    this.url = url;
  }

  close(): void {
    this.readyState = CLOSED;
  }
}

function localTime(ms: number): string {
  return new Date(ms).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}

/** Runs the script in what it needs of a browser; taking over a page needs a real one. */
function open(...ages: readonly Record<string, string>[]) {
  const clock = new ManualClock();
  const elements = ages.map((dataset) => ({ dataset, textContent: "" }));
  const lost = { hidden: true, textContent: "" };
  const document = Object.assign(new EventTarget(), {
    title: "All well · Homematic Vitals",
    hidden: false,
    getElementById: () => lost,
    querySelectorAll: () => elements,
  });
  const streams: Stream[] = [];
  const asked: string[] = [];
  runInNewContext(SCRIPT, {
    ResizeObserver: class {},
    matchMedia: () => new EventTarget(),
    fetch: async (url: string) => {
      asked.push(url);
      return { ok: true, json: async () => ({ keys: [], rows: [{ at: asked.length * 30, points: [] }] }) };
    },
    document,
    performance: { now: () => clock.monotonicMs() },
    Date: class extends Date {
      static override now = (): number => clock.wallMs();
    },
    setInterval: (callback: () => void, intervalMs: number) => every({ clock, intervalMs, callback }),
    setTimeout: (callback: () => void, delayMs: number) => clock.setTimer(callback, delayMs),
    clearTimeout: (timer?: Disposable) => timer?.[Symbol.dispose](),
    EventSource: class extends Stream {
      constructor(url: string) {
        super(url);
        streams.push(this);
      }
    },
  });
  return {
    clock,
    lost,
    document,
    streams,
    asked,
    shown: () => elements.map(({ textContent }) => textContent.replaceAll("\u00a0", " ")),
    hear: (event: string) => streams.at(-1)?.dispatchEvent(new Event(event)),
    /** The machine sleeps: no timer runs, and one of the clocks stands still. */
    sleep: (ms: number) => clock.stepWall(ms),
    look: (visible: boolean) => {
      document.hidden = !visible;
      document.dispatchEvent(new Event("visibilitychange"));
    },
  };
}

describe("the script of the page", () => {
  it("follows the stream under the path of the page", () => {
    expect(open().streams.map(({ url }) => url)).toEqual(["api/stream"]);
  });

  it("counts ages up, in the same form as the server, and times to come down to zero", () => {
    const page = open({ age: "58.5" }, { age: "58.5", seconds: "" }, { left: "2.5" });
    page.clock.advance(1_000);
    expect(page.shown()).toEqual(["59 s", "59 s", "1 s"]);
    page.clock.advance(3_000);
    expect(page.shown()).toEqual(["1 min 2 s", "62 s", "0 s"]);
  });

  it("says that the connection is lost and stops counting when the stream breaks; the browser reconnects", () => {
    const page = open({ age: "10" });
    page.clock.advance(1_000);
    page.hear("error");
    expect(page.lost).toEqual({ hidden: false, textContent: expect.stringMatching(/^\d\d:\d\d/) });
    page.clock.advance(10_000);
    expect(page.shown()).toEqual(["11 s"]);
    expect(page.streams).toHaveLength(1);
  });

  it("opens a new stream after 5 s when the browser gave up", () => {
    const page = open();
    page.streams[0]?.close();
    page.hear("error");
    page.clock.advance(4_999);
    expect(page.streams).toHaveLength(1);
    page.clock.advance(1);
    expect(page.streams).toHaveLength(2);
  });

  it("takes a stream that is silent for more than 40 s for lost, and not one with heartbeats", () => {
    const page = open();
    for (let beat = 0; beat < 4; beat += 1) {
      page.clock.advance(30_000);
      page.hear("heartbeat");
    }
    expect(page.lost.hidden).toBe(true);
    page.clock.advance(41_000);
    expect(page.lost.hidden).toBe(false);
    expect(page.streams.map(({ readyState }) => readyState)).toEqual([CLOSED, CONNECTING]);
  });

  it("takes nothing from the add-on while nobody looks", () => {
    const page = open();
    page.look(false);
    page.clock.advance(3_600_000);
    expect(page.streams.map(({ readyState }) => readyState)).toEqual([CLOSED]);
    expect(page.lost.hidden).toBe(true);
    page.look(true);
    page.clock.advance(1_000);
    expect(page.streams.map(({ readyState }) => readyState)).toEqual([CLOSED, CONNECTING]);
    expect(page.lost.hidden).toBe(true);
  });

  it("counts on after a sleep of the machine, says at once that what it shows is old, and asks anew", () => {
    const page = open({ age: "10" });
    page.clock.advance(1_000);
    page.sleep(300_000);
    page.clock.advance(1_000);
    expect(page.lost).toEqual({ hidden: false, textContent: localTime(page.clock.wallMs() - 302_000) });
    expect(page.streams.map(({ readyState }) => readyState)).toEqual([CLOSED, CONNECTING]);
    const short = open({ age: "10" });
    short.sleep(20_000);
    short.clock.advance(1_000);
    expect([short.shown(), short.lost.hidden]).toEqual([["31 s"], true]);
  });

  it("says how old the state is that somebody comes back to, once no answer comes", () => {
    const page = open();
    const seenAt = page.clock.wallMs();
    page.look(false);
    page.clock.advance(3_600_000);
    page.look(true);
    page.clock.advance(3_000);
    expect(page.lost.hidden).toBe(true);
    page.clock.advance(1_000);
    expect(page.lost).toEqual({ hidden: false, textContent: localTime(seenAt) });
    expect(page.streams).toHaveLength(2);
  });

  it("says how old the state is that somebody comes back to when the add-on refuses", () => {
    const page = open();
    const seenAt = page.clock.wallMs();
    page.look(false);
    page.clock.advance(3_600_000);
    page.look(true);
    page.hear("error");
    expect(page.lost).toEqual({ hidden: false, textContent: localTime(seenAt) });
  });

  it.each<[string, (page: ReturnType<typeof open>) => void]>([
    ["nobody looks at it", (page) => page.look(false)],
    ["the connection is lost", (page) => page.hear("error")],
  ])("leaves no verdict in the title while %s", (_name, happens) => {
    const page = open();
    expect(page.document.title).toBe("All well · Homematic Vitals");
    happens(page);
    happens(page);
    expect(page.document.title).toBe("Homematic Vitals");
  });

  it("asks for the history once, and then every 30 s for what is new", async () => {
    const page = open();
    expect(page.asked).toEqual(["api/history?after=0"]);
    await new Promise((resolve) => setImmediate(resolve));
    page.clock.advance(29_000);
    page.hear("heartbeat");
    expect(page.asked).toHaveLength(1);
    page.clock.advance(1_000);
    expect(page.asked).toEqual(["api/history?after=0", "api/history?after=30"]);
  });
});
