import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FakeCompanion } from "../../support/fake-companion.ts";
import { FakeHomeAssistant, SILENCE } from "../../support/fake-home-assistant.ts";
import { CCU, publishing, startRig, VALUES, waiting } from "./setup.ts";

const GOODBYE = "homematic_vitals/goodbye";

describe("stopping the Publisher", () => {
  let home: FakeHomeAssistant;
  let companion: FakeCompanion;

  beforeEach(async () => {
    home = await FakeHomeAssistant.start();
    companion = FakeCompanion.load(home);
  });
  afterEach(() => home[Symbol.asyncDispose]());

  it("takes leave of the companion before the socket closes", async () => {
    const rig = startRig({ home });
    rig.publisher.describe(CCU, VALUES);
    await publishing(rig);
    await rig[Symbol.asyncDispose]();
    await home.until(() => home.openSockets === 0);
    expect(companion.goodbye).toBe("stop");
    expect(rig.clock.pendingTimers).toBe(0);
    expect(rig.clock.monotonicMs()).toBe(0);
    home.attempts = 0;
    rig.publisher.publish(CCU.id, { system_health: 1 });
    rig.publisher.start(new AbortController().signal);
    expect(home.attempts).toBe(0);
  });

  it.each(["connecting", "subscribe_events", "homematic_vitals/hello", "manifest/get", "waiting"])(
    "ends at once while %s is unanswered and leaves nothing behind",
    async (moment) => {
      if (moment === "connecting") home.upgrade = "stall";
      if (moment === "waiting") companion.entryState = "not_loaded";
      if (moment === "manifest/get") home.commands.delete("homematic_vitals/hello");
      if (moment !== "connecting" && moment !== "waiting") home.commands.set(moment, () => SILENCE);
      const rig = startRig({ home });
      if (moment === "connecting") await home.until(() => home.attempts === 1);
      else if (moment === "waiting") await waiting(rig);
      else await home.command(moment);
      await rig[Symbol.asyncDispose]();
      await home.until(() => home.openSockets === 0);
      expect(home.count(GOODBYE)).toBe(0);
      expect(rig.clock.pendingTimers).toBe(0);
    },
  );

  it.each(["connect", "sync", "update"])("still takes leave while %s is unanswered", async (name) => {
    home.commands.set(`homematic_vitals/${name}`, () => SILENCE);
    const rig = startRig({ home });
    rig.publisher.describe(CCU, VALUES);
    if (name === "update") {
      await publishing(rig);
      rig.publisher.publish(CCU.id, { system_health: 60 });
    }
    await home.command(`homematic_vitals/${name}`);
    await rig[Symbol.asyncDispose]();
    await home.until(() => home.openSockets === 0);
    expect(home.count(GOODBYE)).toBe(1);
    expect(rig.clock.pendingTimers).toBe(0);
  });

  it("waits for the answer to its leave for two seconds only", async () => {
    home.commands.set(GOODBYE, () => SILENCE);
    const rig = startRig({ home });
    await publishing(rig);
    const stopping = rig[Symbol.asyncDispose]();
    await home.command(GOODBYE);
    rig.clock.advance(2_000);
    await stopping;
    await home.until(() => home.openSockets === 0);
    expect(rig.clock.pendingTimers).toBe(0);
  });

  it("takes leave when the application's signal is aborted", async () => {
    const rig = startRig({ home });
    await publishing(rig);
    rig.abort();
    await home.command(GOODBYE);
    await rig[Symbol.asyncDispose]();
    expect(companion.goodbye).toBe("stop");
  });
});
