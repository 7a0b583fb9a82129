import { describe, expect, test } from "vitest";
import { HomematicError } from "../../../src/base/errors.ts";
import { CallbackGateway } from "../../../src/callback-gateway.ts";
import { CallbackServer } from "../../../src/ccu/callback-server.ts";
import { FakeResolver } from "../../support/fake-resolver.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { RecordingLogger } from "../ccu/recording-logger.ts";
import { World } from "./world.ts";

const SIGNAL = new AbortController().signal;

async function gatewayAt(configuredHost: string, findHost?: () => Promise<string>) {
  const logger = new RecordingLogger();
  const clock = new ManualClock();
  const server = new CallbackServer({ host: "127.0.0.1", port: 0, clock, logger });
  await server.start(SIGNAL);
  const gateway = new CallbackGateway({ server, configuredHost, ...(findHost && { findHost }), clock, logger });
  return { gateway, server, logger, clock };
}

describe("before a CCU is told our address", () => {
  test("we call ourselves through it, on a path of its own that is no trouble", async () => {
    const { gateway, server, clock } = await gatewayAt("127.0.0.1");
    await using _ = server;
    const [first, second] = await Promise.all([gateway.urlFor("/a", "127.0.0.1", SIGNAL), gateway.urlFor("/b", "127.0.0.1", SIGNAL)]);
    expect([first, second]).toEqual([`http://127.0.0.1:${server.port}/a`, `http://127.0.0.1:${server.port}/b`]);
    expect(server.statistics()).toEqual({ requests: 2 });
    expect(clock.pendingTimers).toBe(0);
  });

  test("it is refused when something else answers there", async () => {
    const { gateway, server } = await gatewayAt("127.0.0.1");
    await using _ = server;
    const stranger = await gatewayAt("127.0.0.1");
    await using _stranger = stranger.server;
    const misled = new CallbackGateway({
      server: { port: stranger.server.port, register: (...registered) => server.register(...registered), statistics: () => ({}) },
      configuredHost: "127.0.0.1",
      clock: stranger.clock,
      logger: stranger.logger,
    });
    await expect(misled.urlFor("/a", "127.0.0.1", SIGNAL)).rejects.toMatchObject({ code: "CALLBACK_ADDRESS_REFUSED" });
    await expect(gateway.urlFor("/a", "127.0.0.1", SIGNAL)).resolves.toContain("/a");
  });

  test("a stop ends the check", async () => {
    const { gateway, server } = await gatewayAt("127.0.0.1");
    await using _ = server;
    const stop = AbortSignal.abort(new Error("stopping"));
    await expect(gateway.urlFor("/a", "127.0.0.1", stop)).rejects.toMatchObject({ code: "ABORTED" });
  });

  test("nor does a name that hangs hold it up", async () => {
    using resolver = new FakeResolver();
    resolver.set("ccu.test", "silent");
    const { gateway, server } = await gatewayAt("");
    await using _ = server;
    const stop = new AbortController();
    const stopped = expect(gateway.urlFor("/a", "ccu.test", stop.signal)).rejects.toMatchObject({ code: "ABORTED" });
    stop.abort(new HomematicError({ code: "ABORTED" }));
    await stopped;
  });

  test("an address inside a container is warned of once, and once more after it was another", async () => {
    const logger = new RecordingLogger();
    const clock = new ManualClock();
    const server = new CallbackServer({ host: "127.0.0.1", port: 0, clock, logger });
    const warnings = ["a", "a", null, "a", "b"];
    const preflight = {
      check: async () => {
        const text = warnings.shift() ?? null;
        return text === null ? null : { en: text, de: text };
      },
    };
    const gateway = new CallbackGateway({ server, configuredHost: "172.17.0.2", preflight, clock, logger });
    for (let registration = 0; registration < 5; registration += 1) await gateway.urlFor("/a", "ccu", SIGNAL);
    const told = (text: string) => `warn ${text}. If no events arrive, set callback.host to the address of this machine in your network`;
    expect(logger.lines).toEqual([told("a"), told("a"), told("b")]);
    expect(gateway.warning("ccu")?.en).toBe("b");
    expect(gateway.warning("another")).toBeNull();
  });
});

describe("a CCU that cannot call us", () => {
  test("is not told an address that is refused; the cause says what is wrong with it, in both languages", async () => {
    await using world = await World.open();
    const gateway = new CallbackGateway({ server: world.server, configuredHost: "127.0.0.1", clock: world.clock, logger: world.log });
    const watched = await world.watch({ callbackUrl: (path, _host, signal) => gateway.urlFor(path, "192.0.2.1", signal) });
    await world.until(() => watched.cause() === "callback_address_unknown", 5_000);
    expect(watched.shows("cause")).toMatchObject({
      details: {
        message: {
          en: "No usable address was found under which the CCU can reach this machine: 127.0.0.1 means this machine itself, so the CCU would call itself.",
          de: expect.stringContaining("erreichen kann: 127.0.0.1 meint immer das eigene Gerät"),
        },
      },
    });
    await world.pass(60_000, 1_000);
    expect(watched.calls("init")).toBe(0);
    expect(world.log.lines.filter((line) => line.includes("was not told to call"))).toHaveLength(1);
  });

  test("because the calls are refused, is asked to forget us within 11 s of the registration", async () => {
    await using world = await World.open();
    const watched = await world.watch({ prepare: (ccu) => ccu.interface("HmIP-RF").set({ callbacks: "refused" }) });
    await world.until(() => watched.simulated().clients.length === 1, 5_000);
    await world.until(() => watched.simulated().clients.length === 0, 11_000);
    await world.until(() => watched.cause() === "callback_unreachable", 6_000);
    await watched.set({ callbacks: "arrive" });
    await world.until(() => watched.isWell, 90_000);
  });

  test("because packets vanish, is left in peace most of the time and not left registered", async () => {
    await using world = await World.open();
    const watched = await world.watch({ prepare: (ccu) => ccu.interface("HmIP-RF").set({ callbacks: "stall" }) });
    await world.until(() => watched.cause() === "callback_unreachable", 30_000);
    const startedMs = world.clock.monotonicMs();
    let stalledMs = 0;
    while (world.clock.monotonicMs() - startedMs < 2 * 3_600_000) {
      await world.pass(5_000, 5_000);
      if (watched.simulated().clients.length > 0) stalledMs += 5_000;
    }
    expect(watched.cause()).toBe("callback_unreachable");
    expect(watched.registrations()).toBeLessThanOrEqual(10);
    expect(stalledMs).toBeLessThan(0.35 * 2 * 3_600_000);
    await watched.set({ callbacks: "arrive" });
    await world.until(() => watched.isWell && watched.cause() === "none", 20 * 60_000);
  });
});
