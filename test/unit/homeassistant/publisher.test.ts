import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FakeCompanion } from "../../support/fake-companion.ts";
import { FakeHomeAssistant, SILENCE } from "../../support/fake-home-assistant.ts";
import { CCU, pass, publishing, recordingLogger, settle, startPublished, startRig, turn, until, VALUES, waiting } from "./setup.ts";

const SYNC = "homematic_vitals/sync";
const UPDATE = "homematic_vitals/update";

describe("Publisher", () => {
  let home: FakeHomeAssistant;
  let companion: FakeCompanion;

  beforeEach(async () => {
    home = await FakeHomeAssistant.start();
    companion = FakeCompanion.load(home);
  });
  afterEach(() => home[Symbol.asyncDispose]());

  it("shows a value that was published before the start, without any time passing", async () => {
    await using rig = startRig({ home });
    expect(rig.publisher.status()).toEqual({ state: "connecting", route: null, sinceMs: 0, message: null });
    rig.publisher.describe(CCU, VALUES);
    rig.publisher.publish(CCU.id, { system_health: 60 });
    await publishing(rig);
    expect(companion.shown.get(CCU.id)).toEqual({ ...VALUES, system_health: 60 });
    expect(rig.clock.monotonicMs()).toBe(0);
  });

  it("tells what is published in one turn in one update, without any time passing", async () => {
    await using rig = await startPublished({ home });
    rig.publisher.publish(CCU.id, { system_health: 60 });
    rig.publisher.publish(CCU.id, { last_event_age: 61, system_health: 50 });
    const update = await home.command(UPDATE);
    expect(update).toMatchObject({ seq: 1, values: { [CCU.id]: { system_health: 50, last_event_age: 61 } } });
    await settle(home);
    expect(home.count(UPDATE)).toBe(1);
    expect(rig.clock.monotonicMs()).toBe(0);
  });

  it("keeps only the latest values while Home Assistant does not answer", async () => {
    await using rig = await startPublished({ home });
    const answer = home.commands.get(UPDATE) ?? (() => null);
    home.commands.set(UPDATE, () => SILENCE);
    for (const peer of home.peers) peer.ws.pause();
    rig.publisher.publish(CCU.id, { last_event_age: 0 });
    for (let age = 1; age <= 50_000; age += 1) {
      rig.publisher.publish(CCU.id, { last_event_age: age });
      if (age % 5_000 === 0) await turn();
    }
    for (const peer of home.peers) peer.ws.resume();
    const stuck = await home.command(UPDATE);
    await settle(home);
    expect(home.count(UPDATE)).toBe(1);
    home.commands.set(UPDATE, answer);
    for (const peer of home.peers) answer(stuck, peer);
    for (const peer of home.peers) peer.send({ id: stuck.id, type: "result", success: true, result: { unknown_metrics: [] } });
    expect(await home.command(UPDATE, 2)).toMatchObject({ seq: 2, values: { [CCU.id]: { last_event_age: 50_000 } } });
    await settle(home);
    expect(home.count(UPDATE)).toBe(2);
  });

  it("states the whole topology again when a CCU comes, changes or goes", async () => {
    await using rig = await startPublished({ home });
    rig.publisher.describe({ ...CCU, id: "second", firmware: null }, VALUES);
    expect(await home.command(SYNC, 2)).toMatchObject({ ccus: [{ id: CCU.id }, { id: "second", firmware: null }] });
    rig.publisher.describe({ ...CCU, name: "Attic" }, VALUES);
    expect(await home.command(SYNC, 3)).toMatchObject({ ccus: [{ id: CCU.id, name: "Attic" }, { id: "second" }] });
    rig.publisher.remove(CCU.id);
    expect(await home.command(SYNC, 4)).toMatchObject({ ccus: [{ id: "second" }] });
    rig.publisher.publish("second", { system_health: 1 });
    expect(await home.command(UPDATE)).toMatchObject({ seq: 1 });
    rig.publisher.publish(CCU.id, { system_health: 1 });
    rig.publisher.remove(CCU.id);
    await settle(home);
    expect([...companion.shown.keys()]).toEqual(["second"]);
  });

  it("beats its heart when nothing else was sent for 30 s", async () => {
    await using rig = await startPublished({ home });
    await pass(home, rig.clock, 20_000);
    rig.publisher.publish(CCU.id, { system_health: 60 });
    await home.command(UPDATE);
    await settle(home);
    await pass(home, rig.clock, 29_999);
    expect(home.count(UPDATE)).toBe(1);
    await pass(home, rig.clock, 1);
    expect(await home.command(UPDATE, 2)).toMatchObject({ seq: 2, values: {} });
  });

  it("counts the time of the heartbeat from the sending, not from a late answer", async () => {
    await using rig = await startPublished({ home });
    home.commands.set(UPDATE, () => SILENCE);
    rig.publisher.publish(CCU.id, { system_health: 60 });
    const { id } = await home.command(UPDATE);
    await pass(home, rig.clock, 9_000);
    for (const peer of home.peers) peer.send({ id, type: "result", success: true, result: { unknown_metrics: [] } });
    await pass(home, rig.clock, 20_999);
    expect(home.count(UPDATE)).toBe(1);
    await pass(home, rig.clock, 1);
    expect(home.count(UPDATE)).toBe(2);
  });

  it("syncs when the companion has missed something", async () => {
    await using rig = await startPublished({ home });
    companion.refuseNext.set("update", "resync_required");
    rig.publisher.publish(CCU.id, { system_health: 60 });
    expect(await home.command(SYNC, 2)).toMatchObject({ ccus: [{ metrics: { system_health: 60 } }] });
    await settle(home);
    rig.publisher.publish(CCU.id, { system_health: 70 });
    expect(await home.command(UPDATE, 2)).toMatchObject({ seq: 1 });
    await settle(home);
    expect(companion.shown.get(CCU.id)).toMatchObject({ system_health: 70 });
    expect(rig.publisher.status().state).toBe("publishing");
  });

  it("brings what changed during a restart of Home Assistant with the next sync", async () => {
    await using rig = await startPublished({ home });
    home.upgrade = "refuse";
    home.drop();
    await waiting(rig);
    rig.publisher.publish(CCU.id, { system_health: 60 });
    rig.clock.advance(1_000);
    await until(rig.link, () => rig.link.status().problem?.code === "HOME_ASSISTANT_STARTING");
    expect(rig.publisher.status()).toMatchObject({ state: "waiting", message: { en: expect.stringContaining("still starting") } });
    home.upgrade = "accept";
    await until(rig.link, () => rig.link.status().state === "waiting");
    rig.clock.advance(2_000);
    await publishing(rig);
    expect(companion.shown.get(CCU.id)).toEqual({ ...VALUES, system_health: 60 });
    expect(rig.publisher.status().message).toBeNull();
  });

  it("reconnects when Home Assistant stalls in the middle of an update", async () => {
    await using rig = await startPublished({ home });
    home.commands.set(UPDATE, () => SILENCE);
    rig.publisher.publish(CCU.id, { system_health: 60 });
    await home.command(UPDATE);
    rig.clock.advance(10_000);
    await waiting(rig);
    expect(rig.publisher.status().message?.en).toContain("did not answer in time");
    await until(rig.link, () => rig.link.status().state === "waiting");
    rig.clock.advance(1_000);
    await publishing(rig);
    expect(companion.shown.get(CCU.id)).toMatchObject({ system_health: 60 });
  });

  it("mentions values that the companion does not know", async () => {
    home.commands.set(SYNC, () => ({ unknown_metrics: ["last_event_age"] }));
    const { logger, lines } = recordingLogger();
    await using _rig = await startPublished({ home, logger });
    expect(lines).toContain('info the companion integration does not know some values {"unknown":["last_event_age"]}');
  });

  it("logs its own changes of state once and never the token", async () => {
    const { logger, lines } = recordingLogger();
    await using rig = await startPublished({ home, logger });
    companion.unload();
    await waiting(rig);
    companion.announce();
    await pass(home, rig.clock, 1_000);
    await publishing(rig);
    expect(lines.filter((line) => /publishing|was stopped/.test(line)).map((line) => line.split(/[ ."]/)[0])).toEqual([
      "info",
      "warn",
      "info",
    ]);
    expect(lines.join()).not.toContain(home.token);
  });

  it("ends its own listeners' subscriptions", async () => {
    await using rig = startRig({ home });
    let calls = 0;
    const subscription = rig.publisher.onChange(() => {
      calls += 1;
    });
    subscription();
    await publishing(rig);
    expect(calls).toBe(0);
  });
});
