import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { silentLogger } from "../../../src/base/logger.ts";
import { HomeAssistantLink, type LinkState } from "../../../src/homeassistant/home-assistant-link.ts";
import { FakeHomeAssistant, SILENCE } from "../../support/fake-home-assistant.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { recordingLogger, turn, until } from "./setup.ts";

describe("HomeAssistantLink", () => {
  let home: FakeHomeAssistant;
  let clock: ManualClock;
  const never = new AbortController().signal;
  const makeLink = (logger = silentLogger): HomeAssistantLink =>
    new HomeAssistantLink({ target: home.target, clock, logger, random: () => 0 });
  const reach = (link: HomeAssistantLink, state: LinkState): Promise<void> => until(link, () => link.status().state === state);
  const nothingLeft = async (): Promise<void> => {
    await home.until(() => home.openSockets === 0);
    expect(clock.pendingTimers).toBe(0);
  };

  beforeEach(async () => {
    home = await FakeHomeAssistant.start();
    clock = new ManualClock();
  });
  afterEach(() => home[Symbol.asyncDispose]());

  it("opens one session however often it is started", async () => {
    await using link = makeLink();
    link.start(never);
    link.start(never);
    await reach(link, "ready");
    expect(link.status()).toMatchObject({ problem: null, session: { version: "2026.11.1" } });
    expect(home.attempts).toBe(1);
  });

  it("survives a restart of Home Assistant and says so once for each thing that happens", async () => {
    const { logger, lines } = recordingLogger();
    await using link = makeLink(logger);
    link.start(never);
    await reach(link, "ready");
    home.upgrade = "refuse";
    home.drop();
    for (const delayMs of [1_000, 2_000, 4_000, 8_000]) {
      await reach(link, "waiting");
      clock.advance(delayMs);
    }
    await reach(link, "waiting");
    home.upgrade = "accept";
    clock.advance(16_000);
    await reach(link, "ready");
    home.drop();
    await reach(link, "waiting");
    expect(lines.map((line) => line.split(/[.;]/)[0])).toEqual([
      "info connected to Home Assistant 2026",
      "warn Home Assistant closed the connection",
      "info Home Assistant is still starting",
      "info connected to Home Assistant 2026",
      "warn Home Assistant closed the connection",
    ]);
    expect(lines.join()).not.toContain(home.token);
  });

  it("forgets earlier failures only after 30 s of health", async () => {
    await using link = makeLink();
    link.start(never);
    await reach(link, "ready");
    const loseAndReturnAfter = async (delayMs: number): Promise<void> => {
      home.drop();
      await reach(link, "waiting");
      clock.advance(delayMs - 1);
      await turn();
      expect(link.status().state).toBe("waiting");
      clock.advance(1);
      await reach(link, "ready");
    };
    await loseAndReturnAfter(1_000);
    clock.advance(29_999);
    await loseAndReturnAfter(2_000);
    clock.advance(30_000);
    await loseAndReturnAfter(1_000);
  });

  it.each(["connecting", "logging in", "proving", "ready", "waiting"])(
    "stops at once while %s and leaves nothing behind",
    async (phase) => {
      if (phase === "connecting") home.upgrade = "stall";
      if (phase === "logging in") home.auth = "stall";
      if (phase === "proving") home.commands.set("ping", () => SILENCE);
      if (phase === "waiting") home.upgrade = "refuse";
      const link = makeLink();
      link.start(never);
      await home.until(() => home.attempts === 1);
      if (phase === "proving") await home.command("ping");
      if (phase === "ready" || phase === "waiting") await reach(link, phase);
      await Promise.all([link[Symbol.asyncDispose](), link[Symbol.asyncDispose]()]);
      expect(link.status()).toMatchObject({ state: "stopped" });
      link.start(never);
      expect(link.status()).toMatchObject({ state: "stopped", session: null });
      await nothingLeft();
    },
  );

  it("stops cleanly at every moment between the first answer and the open session", async () => {
    for (let microtasks = 0; microtasks < 20; microtasks += 1) {
      clock = new ManualClock();
      const link = makeLink();
      const stopping = Promise.withResolvers<void>();
      const stopSoon = async (): Promise<void> => {
        for (let count = 0; count < microtasks; count += 1) await Promise.resolve();
        await link[Symbol.asyncDispose]();
      };
      let limits = 0;
      const setTimer = clock.setTimer.bind(clock);
      clock.setTimer = (callback, delayMs) => {
        const timer = setTimer(callback, delayMs);
        // The first limit of ten seconds is that of the login, the second that of the first answer.
        const isFirstAnswer = delayMs === 10_000 && ++limits === 2;
        return {
          [Symbol.dispose]() {
            timer[Symbol.dispose]();
            if (isFirstAnswer) stopSoon().then(stopping.resolve, stopping.reject);
          },
        };
      };
      link.start(never);
      await stopping.promise;
      await nothingLeft();
    }
  });

  it("keeps an open session after the signal is aborted until it is disposed", async () => {
    const abort = new AbortController();
    const link = makeLink();
    link.start(abort.signal);
    await reach(link, "ready");
    abort.abort();
    await expect(link.status().session?.command({ type: "get_config" })).resolves.toBeTruthy();
    await link[Symbol.asyncDispose]();
    await nothingLeft();
  });

  it("makes no further attempt after the signal is aborted", async () => {
    home.upgrade = "refuse";
    const abort = new AbortController();
    await using link = makeLink();
    link.start(abort.signal);
    await reach(link, "waiting");
    abort.abort();
    await link[Symbol.asyncDispose]();
    expect(home.attempts).toBe(1);
    await nothingLeft();
  });

  it("goes on when a listener throws", async () => {
    const { logger, lines } = recordingLogger();
    await using link = makeLink(logger);
    link.onChange(() => {
      throw new Error("listener broke");
    });
    link.start(never);
    await reach(link, "ready");
    expect(lines).toContain("error a listener failed: listener broke");
  });
});
