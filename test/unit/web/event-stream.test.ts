import { describe, expect, it } from "vitest";
import { silentLogger } from "../../../src/base/logger.ts";
import { type Follower, Harness } from "./harness.ts";
import { appStatus, ccuStatus, EVENTS_LOST } from "./status-fixture.ts";

const MAX_CLIENTS = 50;

function named(name: string): ReturnType<typeof appStatus> {
  return appStatus({ ccus: [ccuStatus({ name })] });
}

/** More than the sockets between server and test can hold. */
function large(name: string): ReturnType<typeof appStatus> {
  return appStatus({ ccus: Array.from({ length: 400 }, () => ccuStatus({ name, metrics: { ...ccuStatus().metrics } })) });
}

describe("following", () => {
  it("sends the page at once and again when something changed", async () => {
    await using harness = await new Harness().start();
    const follower = await harness.follow();
    expect(follower.response.headers["content-type"]).toBe("text/event-stream; charset=utf-8");
    expect(follower.response.headers["cache-control"]).toBe("no-store");
    expect(await follower.page()).toContain("All well");
    harness.source.set(appStatus({ ccus: [EVENTS_LOST] }));
    harness.clock.advance(250);
    expect(await follower.page()).toContain("Something is wrong");
  });

  it("sends the same page that / shows, in the language of the reader", async () => {
    await using harness = await new Harness().start();
    for (const language of ["en", "de"]) {
      const headers = { "accept-language": language };
      const follower = await harness.follow(headers);
      expect(await follower.page()).toBe((await harness.ask("/", { headers })).body);
    }
  });

  it("makes one message of all changes within 250 ms and takes the state once for all readers", async () => {
    await using harness = await new Harness().start();
    const followers = await Promise.all([harness.follow(), harness.follow(), harness.follow({ "accept-language": "de" })]);
    for (const follower of followers) await follower.page();
    harness.clock.advance(1_000);
    const before = harness.source.looks;
    for (let change = 1; change <= 100; change += 1) {
      harness.source.set(named(`CCU ${change}`));
      harness.clock.advance(2);
    }
    expect(harness.source.looks).toBe(before);
    harness.clock.advance(50);
    expect(harness.source.looks).toBe(before + 1);
    for (const follower of followers) expect(await follower.page()).toContain("CCU 100");
    harness.source.set(named("the next"));
    harness.clock.advance(250);
    for (const follower of followers) expect(await follower.page()).toContain("the next");
  });

  it("gives a reader who has just come no second message within 250 ms", async () => {
    await using harness = await new Harness().start();
    const early = await harness.follow();
    await early.page();
    harness.source.set(named("one"));
    harness.clock.advance(200);
    const late = await harness.follow();
    expect(await late.page()).toContain("one");
    harness.source.set(named("two"));
    harness.clock.advance(50);
    expect(await early.page()).toContain("two");
    harness.source.set(named("three"));
    harness.clock.advance(250);
    for (const follower of [early, late]) expect(await follower.page()).toContain("three");
  });

  it("gives a reader who has just come what changed meanwhile even if nothing changes any more", async () => {
    await using harness = await new Harness().start();
    const early = await harness.follow();
    await early.page();
    harness.source.set(named("one"));
    harness.clock.advance(200);
    const late = await harness.follow();
    expect(await late.page()).toContain("one");
    harness.source.set(named("two"));
    harness.clock.advance(50);
    expect(await early.page()).toContain("two");
    harness.clock.advance(250);
    expect(await late.page()).toContain("two");
  });

  it("sends nothing while nothing changes but a heartbeat every 15 s, which is a comment and an event", async () => {
    await using harness = await new Harness().start();
    const follower = await harness.follow();
    await follower.page();
    harness.clock.advance(30_000);
    const heartbeat = ": heartbeat\nevent: heartbeat\ndata: alive";
    expect([await follower.frame(), await follower.frame()]).toEqual([heartbeat, heartbeat]);
    harness.source.set(named("after"));
    harness.clock.advance(250);
    expect(await follower.page()).toContain("after");
  });

  it("keeps line breaks of names out of the frame", async () => {
    const name = "a\r\nevent: evil\rdata: x\n\ndata: y\u2028z";
    await using harness = await new Harness({ status: named(name) }).start();
    const follower = await harness.follow();
    expect(await follower.page()).toContain(`<bdi>${name}</bdi>`);
    harness.source.set(named("after"));
    harness.clock.advance(250);
    expect(await follower.page()).toContain("<bdi>after</bdi>");
  });

  it("logs a state that cannot be taken and shows the next one", async () => {
    const errors: unknown[][] = [];
    await using harness = await new Harness({ logger: { ...silentLogger, error: (...line: unknown[]) => void errors.push(line) } }).start();
    const follower = await harness.follow();
    await follower.page();
    const status = harness.source.status.bind(harness.source);
    harness.source.status = () => {
      throw new Error("observer gone");
    };
    harness.source.set(named("lost"));
    harness.clock.advance(250);
    expect(errors).toHaveLength(1);
    harness.source.status = status;
    harness.source.set(named("back"));
    harness.clock.advance(250);
    expect(await follower.page()).toContain("back");
  });
});

describe("limits", () => {
  it("asks the reader after the fiftieth to come back later, until one leaves", async () => {
    await using harness = await new Harness().start();
    const followers: Follower[] = [];
    for (let count = 0; count < MAX_CLIENTS; count += 1) followers.push(await harness.follow());
    const refused = await harness.ask("/api/stream");
    expect([refused.status, refused.headers["retry-after"]]).toEqual([503, "30"]);
    followers[0]?.close();
    let answer = await harness.follow();
    while (answer.response.statusCode === 503) answer = await harness.follow();
    expect(await answer.page()).toContain("All well");
  });

  it("keeps no timer once the last reader has left", async () => {
    await using harness = await new Harness().start();
    const idle = harness.clock.pendingTimers;
    const follower = await harness.follow();
    await follower.page();
    expect(harness.clock.pendingTimers).toBe(idle + 1);
    follower.close();
    while (harness.clock.pendingTimers > idle) await new Promise((resolve) => setImmediate(resolve));
    const looks = harness.source.looks;
    harness.source.set(named("nobody looks"));
    expect(harness.clock.pendingTimers).toBe(idle);
    expect(harness.source.looks).toBe(looks);
  });

  it("queues nothing for a reader who does not read: he misses what was in between and gets the newest state", async () => {
    await using harness = await new Harness().start();
    const slow = await harness.follow();
    await slow.page();
    slow.response.pause();
    const changes = 60;
    for (let change = 1; change <= changes; change += 1) {
      harness.source.set(large(`change ${change}.`));
      await harness.clock.advanceAsync(250, 250);
    }
    const frames: string[] = [];
    let done = false;
    const reading = async (): Promise<void> => {
      while (!done) {
        const frame = await slow.frame();
        frames.push(frame ?? "the stream ended");
        done = frame === null || frame.includes(`change ${changes}.`);
      }
    };
    slow.response.resume();
    const read = reading();
    while (!done) await harness.clock.advanceAsync(250, 250);
    await read;
    expect(frames.at(-1)).toContain(`change ${changes}.`);
    expect(frames.length).toBeLessThan(changes / 2);
  });

  it("drops a reader who takes nothing for the time of a heartbeat", async () => {
    await using harness = await new Harness().start();
    const idle = harness.clock.pendingTimers;
    const dead = await harness.follow();
    await dead.page();
    dead.response.pause();
    for (let change = 1; change <= 40; change += 1) {
      harness.source.set(large(`change ${change}.`));
      await harness.clock.advanceAsync(250, 250);
    }
    const looks = harness.source.looks;
    await harness.clock.advanceAsync(40_000, 5_000);
    expect(harness.clock.pendingTimers).toBe(idle);
    // The history of the charts looks once in this time.
    expect(harness.source.looks).toBe(looks + 1);
    dead.response.resume();
    expect((await dead.rest()).join("")).not.toContain("change 40.");
  });
});
