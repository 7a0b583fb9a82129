import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { silentLogger } from "../../../src/base/logger.ts";
import { openSession } from "../../../src/homeassistant/home-assistant-session.ts";
import { FakeCompanion } from "../../support/fake-companion.ts";
import { FakeHomeAssistant, SILENCE } from "../../support/fake-home-assistant.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { CCU, publishing, settle, startRig, turn, until, VALUES } from "./setup.ts";

/** What home-assistant-js-websocket does to an unattended process when it is left to itself. */
describe("hazards of home-assistant-js-websocket", () => {
  let home: FakeHomeAssistant;
  let clock: ManualClock;
  const open = (): ReturnType<typeof openSession> =>
    openSession({ ...home.target, clock, logger: silentLogger, signal: new AbortController().signal });

  beforeEach(async () => {
    home = await FakeHomeAssistant.start();
    clock = new ManualClock();
  });
  afterEach(() => home[Symbol.asyncDispose]());

  it("A: a subscription refused after a reconnect does not end the process", async () => {
    const unhandled: unknown[] = [];
    const onUnhandled = (reason: unknown): void => void unhandled.push(reason);
    process.on("unhandledRejection", onUnhandled);
    try {
      FakeCompanion.load(home);
      await using rig = startRig({ home });
      rig.publisher.describe(CCU, VALUES);
      await publishing(rig);
      for (const name of [...home.commands.keys()].filter((key) => key.startsWith("homematic_vitals/"))) home.commands.delete(name);
      home.commands.delete("subscribe_events");
      home.drop();
      await until(rig.link, () => rig.link.status().state === "waiting");
      rig.clock.advance(1_000);
      await home.command("subscribe_events", 2);
      await until(rig.publisher, () => rig.publisher.status().message?.en.includes("subscribe_events") ?? false);
      await settle(home);
    } finally {
      process.off("unhandledRejection", onUnhandled);
    }
    expect(unhandled).toEqual([]);
  });

  it("B: a subscription made while disconnected settles", async () => {
    const session = await open();
    home.drop();
    await session.closed;
    await expect(session.subscribe({ type: "subscribe_events", event_type: "x" }, () => {})).rejects.toMatchObject({
      code: "HOME_ASSISTANT_CLOSED",
    });
  });

  it("C: a subscription that is on its way when the connection breaks settles", async () => {
    home.commands.set("subscribe_events", () => SILENCE);
    const session = await open();
    const subscribing = session.subscribe({ type: "subscribe_events", event_type: "x" }, () => {});
    await home.command("subscribe_events");
    home.drop();
    await expect(subscribing).rejects.toMatchObject({ code: "HOME_ASSISTANT_CLOSED" });
  });

  it("D: one rejected token does not end the attempts for good", async () => {
    await using rig = startRig({ home });
    await until(rig.link, () => rig.link.status().state === "ready");
    const { token } = home;
    home.token = "renewed";
    home.drop();
    await until(rig.link, () => rig.link.status().state === "waiting");
    rig.clock.advance(1_000);
    await until(rig.link, () => rig.link.status().problem?.code === "HOME_ASSISTANT_UNAUTHORIZED");
    expect(rig.publisher.status()).toMatchObject({ state: "waiting", message: { en: expect.stringContaining("access token") } });
    home.token = token;
    rig.clock.advance(299_999);
    await turn();
    expect(rig.link.status().state).toBe("waiting");
    rig.clock.advance(1);
    await until(rig.link, () => rig.link.status().state === "ready");
  });

  it("E: auth_ok followed by a close is no hot loop", async () => {
    home.auth = "close";
    await using rig = startRig({ home });
    for (const [index, delayMs] of [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000].entries()) {
      await until(rig.link, () => rig.link.status().state === "waiting");
      rig.clock.advance(delayMs - 1);
      await turn();
      expect(rig.link.status().state).toBe("waiting");
      expect(home.attempts).toBe(index + 1);
      rig.clock.advance(1);
      await home.until(() => home.attempts === index + 2);
    }
  });

  it("F: a refused upgrade has a name instead of a number", async () => {
    home.upgrade = "refuse";
    await expect(open()).rejects.toMatchObject({ name: "HomematicError", code: "HOME_ASSISTANT_STARTING" });
  });

  it("G: an unanswered command and a silent peer both end the session in time", async () => {
    home.commands.set("slow", () => SILENCE);
    const impatient = await open();
    const slow = impatient.command({ type: "slow" });
    await home.command("slow");
    clock.advance(10_000);
    await expect(slow).rejects.toMatchObject({ code: "HOME_ASSISTANT_TIMEOUT", context: { command: "slow" } });
    await home.until(() => home.openSockets === 0);

    const stalled = await open();
    home.commands.set("ping", () => SILENCE);
    const pings = home.count("ping");
    clock.advance(30_000);
    await home.command("ping", pings + 1);
    expect(stalled.signal.aborted).toBe(false);
    clock.advance(10_000);
    expect(await stalled.closed).toMatchObject({ code: "HOME_ASSISTANT_TIMEOUT", context: { command: "ping" } });
    await home.until(() => home.openSockets === 0);
    expect(clock.pendingTimers).toBe(0);
  });
});
