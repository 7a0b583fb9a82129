import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { silentLogger } from "../../../src/base/logger.ts";
import { type HomeAssistantSession, openSession } from "../../../src/homeassistant/home-assistant-session.ts";
import { FakeHomeAssistant, Refusal, SILENCE } from "../../support/fake-home-assistant.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { recordingLogger, settle } from "./setup.ts";

describe("openSession", () => {
  let home: FakeHomeAssistant;
  let clock: ManualClock;
  const open = (options: { signal?: AbortSignal; token?: string; url?: string } = {}): Promise<HomeAssistantSession> =>
    openSession({ ...home.target, clock, logger: silentLogger, signal: new AbortController().signal, ...options });
  const nothingLeft = async (): Promise<void> => {
    await home.until(() => home.openSockets === 0);
    expect(clock.pendingTimers).toBe(0);
  };

  beforeEach(async () => {
    home = await FakeHomeAssistant.start();
    clock = new ManualClock();
  });
  afterEach(() => home[Symbol.asyncDispose]());

  it("answers commands, singly and in array frames", async () => {
    home.commands.set("echo", ({ text }) => text);
    for (const frames of ["single", "arrays"] as const) {
      home.frames = frames;
      const session = await open();
      expect(session.version).toBe("2026.11.1");
      const texts = ["one", "two", "three"];
      expect(await Promise.all(texts.map((text) => session.command({ type: "echo", text })))).toEqual(texts);
      await session.close();
    }
    await nothingLeft();
  });

  it("gives out a session only after a first answered command", async () => {
    home.commands.set("ping", () => SILENCE);
    const opening = open();
    await home.command("ping");
    clock.advance(10_000);
    await expect(opening).rejects.toMatchObject({ code: "HOME_ASSISTANT_TIMEOUT" });
    await nothingLeft();
  });

  it("names the code with which Home Assistant refuses a command, and lives on", async () => {
    home.commands.set("picky", () => {
      throw new Refusal("not_allowed", "Not today");
    });
    const session = await open();
    await expect(session.command({ type: "picky" })).rejects.toMatchObject({
      code: "HOME_ASSISTANT_COMMAND_FAILED",
      message: expect.stringContaining("Not today"),
      context: { command: "picky", haCode: "not_allowed" },
    });
    await expect(session.subscribe({ type: "picky" }, () => {})).rejects.toMatchObject({ context: { haCode: "not_allowed" } });
    await expect(session.command({ type: "get_config" })).resolves.toMatchObject({ state: "RUNNING" });
    await session.close();
  });

  it.each(["refuse", "stall"] as const)("fails by name when the upgrade is met with %s", async (upgrade) => {
    home.upgrade = upgrade;
    const opening = open();
    await home.until(() => home.attempts === 1);
    if (upgrade === "stall") clock.advance(10_000);
    const code = upgrade === "refuse" ? "HOME_ASSISTANT_STARTING" : "HOME_ASSISTANT_TIMEOUT";
    await expect(opening).rejects.toMatchObject({ code });
    await nothingLeft();
  });

  it("fails by name when no greeting comes", async () => {
    home.auth = "stall";
    const opening = open();
    await home.until(() => home.attempts === 1);
    clock.advance(10_000);
    await expect(opening).rejects.toMatchObject({ code: "HOME_ASSISTANT_TIMEOUT" });
    await nothingLeft();
  });

  it("fails by name when the token is wrong, without repeating it", async () => {
    const error: unknown = await open({ token: "another-secret" }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "HOME_ASSISTANT_UNAUTHORIZED" });
    expect(inspect(error, { depth: null, showHidden: true })).not.toContain("another-secret");
    await nothingLeft();
  });

  it("fails by name when nobody listens or something else does", async () => {
    const other = createServer((_request, response) => response.writeHead(404).end());
    other.listen(0, "127.0.0.1");
    await once(other, "listening");
    const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    await expect(open({ url })).rejects.toMatchObject({ code: "HOME_ASSISTANT_UNREACHABLE", message: expect.stringContaining("404") });
    other.close();
    await once(other, "close");
    await expect(open({ url })).rejects.toMatchObject({
      code: "HOME_ASSISTANT_UNREACHABLE",
      message: expect.stringContaining("ECONNREFUSED"),
    });
    await expect(open({ url: "mailto:x" })).rejects.toMatchObject({ code: "CONFIG_INVALID" });
  });

  it("tells why it is over, and refuses commands from then on", async () => {
    const session = await open();
    home.drop(1001);
    expect(await session.closed).toMatchObject({ code: "HOME_ASSISTANT_CLOSED", context: { closeCode: 1001 } });
    expect(session.signal.reason).toBe(await session.closed);
    await expect(session.command({ type: "get_config" })).rejects.toMatchObject({ code: "HOME_ASSISTANT_CLOSED" });
    await nothingLeft();
  });

  it("gives up waiting when the caller does, and lives on", async () => {
    home.commands.set("slow", () => SILENCE);
    const session = await open();
    const caller = new AbortController();
    const slow = session.command({ type: "slow" }, { signal: caller.signal });
    await home.command("slow");
    caller.abort(new Error("changed my mind"));
    await expect(slow).rejects.toThrow("changed my mind");
    await expect(session.command({ type: "get_config" })).resolves.toBeTruthy();
    await session.close();
    await nothingLeft();
  });

  it("delivers events until the subscription ends, whatever the handler throws", async () => {
    const { logger, lines } = recordingLogger();
    const session = await openSession({ ...home.target, clock, logger, signal: new AbortController().signal });
    const events: unknown[] = [];
    const subscription = await session.subscribe({ type: "subscribe_events", event_type: "x" }, (event) => {
      events.push(event);
      throw new Error("handler broke");
    });
    home.fire("x", 1);
    home.fire("x", 2);
    await settle(home);
    subscription();
    home.fire("x", 3);
    await home.command("unsubscribe_events");
    await settle(home);
    expect(events).toMatchObject([{ data: 1 }, { data: 2 }]);
    expect(lines).toEqual(Array(2).fill("error the handler of subscribe_events failed: handler broke"));
    await session.close();
  });

  it("forgets a subscription even when its cancellation is refused", async () => {
    const warnings = vi.spyOn(console, "warn").mockImplementation(() => {});
    home.commands.set("unsubscribe_events", () => {
      throw new Refusal("not_found");
    });
    const session = await open();
    const subscription = await session.subscribe({ type: "subscribe_events", event_type: "x" }, () => {});
    subscription();
    await home.command("unsubscribe_events");
    await settle(home);
    // The library complains of events that belong to no subscription it knows.
    home.fire("x", 1);
    await home.command("unsubscribe_events", 2);
    expect(warnings).toHaveBeenCalledOnce();
    warnings.mockRestore();
    await session.close();
  });

  it("ends when a message cannot be read, instead of ending the process", async () => {
    for (const text of ["no json", "null", "[null]"]) {
      const session = await open();
      for (const peer of home.peers) peer.ws.send(text);
      expect(await session.closed).toMatchObject({ code: "HOME_ASSISTANT_CLOSED", message: expect.stringContaining("cannot be read") });
    }
    await nothingLeft();
  });

  it("ends when a message is larger than any that belongs here", async () => {
    const session = await open();
    for (const peer of home.peers) peer.ws.send(Buffer.alloc(17 * 1024 * 1024, " "));
    await session.closed;
    await nothingLeft();
  });

  it("closes within a second even when the other side no longer reads", async () => {
    const session = await open();
    for (const peer of home.peers) peer.ws.pause();
    const closing = session.close();
    clock.advance(1_000);
    await closing;
    for (const peer of home.peers) peer.ws.resume();
    await nothingLeft();
  });

  it.each(["connecting", "logging in", "proving"])("leaves nothing behind when it is aborted while %s", async (phase) => {
    if (phase === "connecting") home.upgrade = "stall";
    if (phase === "logging in") home.auth = "stall";
    home.commands.set("ping", () => SILENCE);
    const abort = new AbortController();
    const opening = open({ signal: abort.signal });
    await (phase === "proving" ? home.command("ping") : home.until(() => home.attempts === 1));
    abort.abort(new Error("stop"));
    await expect(opening).rejects.toThrow("stop");
    await nothingLeft();
  });
});
