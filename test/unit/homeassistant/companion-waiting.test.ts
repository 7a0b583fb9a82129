import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { NO_ROUTE } from "../../../src/homeassistant/route-memory.ts";
import { FakeCompanion } from "../../support/fake-companion.ts";
import { FakeHomeAssistant } from "../../support/fake-home-assistant.ts";
import { CCU, Memory, pass, publishing, recordingLogger, settle, startPublished, startRig, VALUES, waiting } from "./setup.ts";

const HELLO = "homematic_vitals/hello";
const CONNECT = "homematic_vitals/connect";
const SYNC = "homematic_vitals/sync";
const UPDATE = "homematic_vitals/update";

describe("Publisher with a companion that does not play along", () => {
  let home: FakeHomeAssistant;
  let companion: FakeCompanion;

  beforeEach(async () => {
    home = await FakeHomeAssistant.start();
    companion = FakeCompanion.load(home);
  });
  afterEach(() => home[Symbol.asyncDispose]());

  it("opens the session again after a second when the companion has lost it", async () => {
    await using rig = await startPublished({ home });
    companion.session = null;
    rig.publisher.publish(CCU.id, { system_health: 60 });
    await waiting(rig);
    await pass(home, rig.clock, 1_000);
    await publishing(rig);
    expect(companion.shown.get(CCU.id)).toMatchObject({ system_health: 60 });
    expect(home.attempts).toBe(1);
  });

  it("goes on as soon as the companion was reloaded", async () => {
    await using rig = await startPublished({ home });
    await pass(home, rig.clock, 5_000);
    companion.unload();
    await waiting(rig);
    expect(rig.publisher.status().message?.en).toContain("was stopped");
    companion.announce();
    await publishing(rig);
    expect(rig.clock.monotonicMs()).toBe(5_000);
  });

  it("waits a minute when another connection of the same instance took over", async () => {
    await using rig = await startPublished({ home });
    companion.tell({ kind: "something new" });
    await settle(home);
    expect(rig.publisher.status().state).toBe("publishing");
    companion.tell({ kind: "replaced" });
    await waiting(rig);
    expect(rig.publisher.status().message?.en).toContain("took over");
    const { id } = await home.command(CONNECT);
    expect(await home.command("unsubscribe_events")).toMatchObject({ subscription: id });
    await pass(home, rig.clock, 59_999);
    expect(home.count(HELLO)).toBe(1);
    await pass(home, rig.clock, 1);
    await publishing(rig);
  });

  it("waits a minute when another instance holds the session", async () => {
    companion.other = "instance-2";
    const { logger, lines } = recordingLogger();
    await using rig = startRig({ home, logger });
    await waiting(rig);
    expect(rig.publisher.status().message?.en).toContain("Another instance");
    for (let minute = 1; minute <= 5; minute += 1) {
      await pass(home, rig.clock, 59_999);
      expect(home.count(CONNECT)).toBe(minute);
      await pass(home, rig.clock, 1);
      await home.command(CONNECT, minute + 1);
      await settle(home);
    }
    expect(lines.filter((line) => line.includes("Another instance"))).toHaveLength(1);
    companion.other = null;
    await pass(home, rig.clock, 60_000);
    await publishing(rig);
  });

  it("is not driven into a loop by a companion that reports ready and never is", async () => {
    companion.entryState = "not_loaded";
    await using rig = startRig({ home });
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      await home.command(HELLO, attempt);
      await waiting(rig);
      for (let report = 0; report < 10; report += 1) home.fire("homematic_vitals_ready", {});
      await settle(home);
      await pass(home, rig.clock, 999);
      expect(home.count(HELLO)).toBe(attempt);
      await pass(home, rig.clock, 1);
    }
  });

  it("takes a report of being ready for one attempt only", async () => {
    companion.entryState = "not_loaded";
    await using rig = startRig({ home });
    await waiting(rig);
    home.fire("homematic_vitals_ready", {});
    await pass(home, rig.clock, 1_000);
    expect(home.count(HELLO)).toBe(2);
    await pass(home, rig.clock, 59_999);
    expect(home.count(HELLO)).toBe(2);
    await pass(home, rig.clock, 1);
    expect(home.count(HELLO)).toBe(3);
  });

  it.each([
    ["not_configured", "is installed but not added"],
    ["not_loaded", "does not run"],
  ] as const)("says what to do when the entry is %s", async (entryState, sentence) => {
    companion.entryState = entryState;
    await using rig = startRig({ home });
    await waiting(rig);
    expect(rig.publisher.status().message?.en).toContain(sentence);
  });

  it.each([
    [{ min: 0, max: 0 }, "Update the integration"],
    [{ min: 3, max: 4 }, "Update the app"],
  ])("says what to update when the companion speaks %j", async (protocol, sentence) => {
    companion.protocol = protocol;
    await using rig = startRig({ home });
    await waiting(rig);
    expect(rig.publisher.status().message?.en).toContain(sentence);
    expect(home.count(CONNECT)).toBe(0);
  });

  it("agrees on the highest protocol that both speak", async () => {
    companion.protocol = { min: 0, max: 7 };
    await using _rig = await startPublished({ home });
    expect(await home.command(CONNECT)).toMatchObject({ protocol: 2 });
  });

  it.each([HELLO, SYNC, UPDATE])("is not confused by an answer to %s that makes no sense", async (type) => {
    home.commands.set(type, () => "nonsense");
    await using rig = startRig({ home });
    rig.publisher.describe(CCU, VALUES);
    if (type === UPDATE) await publishing(rig);
    rig.publisher.publish(CCU.id, { system_health: 60 });
    await waiting(rig);
    expect(rig.publisher.status().message?.en).toContain("does not understand");
  });

  it("says so when the token is not an administrator's", async () => {
    companion.refuseNext.set("hello", "unauthorized");
    await using rig = startRig({ home });
    await waiting(rig);
    expect(rig.publisher.status().message?.en).toContain("administrator");
  });
});

describe("Publisher without a companion", () => {
  let home: FakeHomeAssistant;

  beforeEach(async () => {
    home = await FakeHomeAssistant.start();
  });
  afterEach(() => home[Symbol.asyncDispose]());

  it.each([
    [{ state: "STARTING", installed: false }, "still starting"],
    [{ state: "RUNNING", installed: false }, "is not installed"],
    [{ state: "RUNNING", installed: true }, "is installed but not added"],
  ] as const)("tells %j apart", async ({ state, installed }, sentence) => {
    home.state = state;
    home.integrationInstalled = installed;
    await using rig = startRig({ home });
    await waiting(rig);
    expect(rig.publisher.status().message?.en).toContain(sentence);
  });

  it.each([
    ["integration", "companion"],
    ["auto", "mqtt"],
  ] as const)(
    "tells whoever set %s after publishing over MQTT that %s is wanted, so that the integration is offered",
    async (publish, route) => {
      const memory = new Memory({ ...NO_ROUTE, used: "mqtt" });
      await using rig = startRig({ home, memory, options: { publish } });
      expect(rig.publisher.status().route).toBe(route);
      await waiting(rig);
      expect(rig.publisher.status().route).toBe(route);
    },
  );

  it.each([
    [false, "warn"],
    [true, "debug"],
  ])("says in the log that it is not installed, but not a second time where an installer does (%s): %s", async (companionGuided, level) => {
    const { logger, lines } = recordingLogger();
    await using rig = startRig({ home, logger, companionGuided });
    await waiting(rig);
    expect(lines.filter((line) => line.includes("not installed")).map((line) => line.split(" ")[0])).toEqual([level]);
    expect(rig.publisher.status().message?.en).toContain("is not installed");
  });

  it.each(["not_configured", "not_loaded"] as const)("does not say a second time what the installer says: %s", async (entryState) => {
    FakeCompanion.load(home).entryState = entryState;
    const { logger, lines } = recordingLogger();
    await using rig = startRig({ home, logger, companionGuided: true });
    await waiting(rig);
    expect(lines.filter((line) => line.startsWith("warn"))).toEqual([]);
  });

  it("asks once a minute and goes on at once when it is added", async () => {
    const { logger, lines } = recordingLogger();
    await using rig = startRig({ home, logger });
    rig.publisher.describe(CCU, VALUES);
    await waiting(rig);
    for (let minute = 1; minute <= 3; minute += 1) {
      await pass(home, rig.clock, 59_999);
      expect(home.count(HELLO)).toBe(minute);
      await pass(home, rig.clock, 1);
      await home.command("manifest/get", minute + 1);
      await settle(home);
    }
    expect(lines.filter((line) => line.includes("not installed"))).toHaveLength(1);
    await pass(home, rig.clock, 10_000);
    FakeCompanion.load(home).announce();
    await publishing(rig);
    expect(rig.clock.monotonicMs()).toBe(190_000);
  });
});
