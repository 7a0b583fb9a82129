import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { FakeCompanion } from "../../support/fake-companion.ts";
import { FakeHomeAssistant, SILENCE } from "../../support/fake-home-assistant.ts";
import {
  CCU,
  event,
  INTERFACE,
  PROBLEM,
  pass,
  publishing,
  recordingLogger,
  settle,
  startPublished,
  startRig,
  VALUES,
  waiting,
} from "./setup.ts";

const sentCause = z.object({ value: z.string(), details: z.object({ remedy: z.string(), devices: z.array(z.string()) }) });
const sentMetrics = z.object({ system_health: z.unknown(), cause: sentCause });
const sentSync = z.object({ ccus: z.tuple([z.object({ name: z.string(), model: z.string().nullable(), metrics: sentMetrics })]) });
const EVENT = "homematic_vitals/event";
const ISSUES = "homematic_vitals/issues";
const UPDATE = "homematic_vitals/update";

describe("events, problems and details for the companion", () => {
  let home: FakeHomeAssistant;
  let companion: FakeCompanion;

  beforeEach(async () => {
    home = await FakeHomeAssistant.start();
    companion = FakeCompanion.load(home);
  });
  afterEach(() => home[Symbol.asyncDispose]());

  it("tells events after the sync, once and in order", async () => {
    await using rig = startRig({ home });
    rig.publisher.tell(event({ type: "interface_lost" }));
    rig.publisher.describe(CCU, VALUES);
    await publishing(rig);
    rig.publisher.tell(event({ type: "interface_restored" }));
    await home.command(EVENT, 2);
    await settle(home);
    expect(companion.events.map((told) => told.event_type)).toEqual(["interface_lost", "interface_restored"]);
  });

  it.each([
    ["auto", "de-DE", "HmIP-RF antwortet nicht."],
    ["auto", "en-GB", "HmIP-RF does not answer."],
    ["auto", "fr", "HmIP-RF does not answer."],
    ["en", "de", "HmIP-RF does not answer."],
    ["de", "en", "HmIP-RF antwortet nicht."],
  ] as const)("with language: %s and Home Assistant in %s says %s", async (language, homeLanguage, message) => {
    home.language = homeLanguage;
    await using rig = await startPublished({ home, options: { language } });
    rig.publisher.tell(event());
    rig.publisher.describe(INTERFACE, { cause: { value: "process_down", details: { message: event().message, devices: ["a"] } } });
    expect(await home.command(EVENT)).toMatchObject({ data: { message } });
    await settle(home);
    await settle(home);
    expect(companion.shown.get(INTERFACE.id)).toEqual({ cause: { value: "process_down", details: { message, devices: ["a"] } } });
  });

  it("tells an event again when the connection broke before its answer", async () => {
    await using rig = await startPublished({ home });
    const answer = home.commands.get(EVENT) ?? (() => null);
    home.commands.set(EVENT, () => SILENCE);
    rig.publisher.tell(event());
    await home.command(EVENT);
    home.commands.set(EVENT, answer);
    home.drop();
    await waiting(rig);
    rig.clock.advance(1_000);
    await publishing(rig);
    await home.command(EVENT, 2);
    await settle(home);
    expect(companion.events).toHaveLength(1);
  });

  it("drops an event of a CCU that the companion does not know, and goes on", async () => {
    await using rig = await startPublished({ home });
    rig.publisher.tell(event({ ccuId: "gone" }));
    rig.publisher.tell(event());
    await home.command(EVENT, 2);
    await settle(home);
    expect(companion.events.map((told) => told.ccu)).toEqual([CCU.id]);
    expect(rig.publisher.status().state).toBe("publishing");
  });

  it("states the problems with each session, and when they change", async () => {
    await using rig = startRig({ home });
    rig.publisher.describe(CCU, VALUES);
    rig.publisher.problems(CCU.id, [PROBLEM]);
    await publishing(rig);
    const wire = { ...PROBLEM, ccu: CCU.id };
    expect(companion.issues).toEqual([wire]);
    rig.publisher.problems(CCU.id, [PROBLEM, { ...PROBLEM, interfaces: ["BidCos-RF"] }]);
    await home.command(ISSUES, 2);
    expect(companion.issues).toEqual([{ ...wire, interfaces: ["HmIP-RF", "BidCos-RF"] }]);
    companion.session = null;
    rig.publisher.publish(CCU.id, { system_health: 1 });
    await waiting(rig);
    await pass(home, rig.clock, 1_000);
    await home.command(ISSUES, 3);
    rig.publisher.problems(CCU.id, []);
    await home.command(ISSUES, 4);
    expect(companion.issues).toEqual([]);
    rig.publisher.describe({ ...CCU, id: "second" }, VALUES);
    rig.publisher.problems("second", [PROBLEM]);
    await home.command(ISSUES, 5);
    expect(companion.issues).toEqual([{ ...PROBLEM, ccu: "second" }]);
  });

  it("keeps 100 events and one value per entity while Home Assistant does not answer, however long", async () => {
    await using rig = await startPublished({ home });
    home.commands.set(UPDATE, () => SILENCE);
    rig.publisher.publish(CCU.id, { system_health: 99 });
    const { id } = await home.command(UPDATE);
    for (let number = 1; number <= 20_000; number += 1) {
      rig.publisher.tell(event({ durationSeconds: number }));
      rig.publisher.publish(CCU.id, { last_event_age: number });
      rig.publisher.problems(CCU.id, [{ ...PROBLEM, url: `http://host/${number}` }]);
    }
    for (const peer of home.peers) peer.send({ id, type: "result", success: true, result: { unknown_metrics: [] } });
    await home.command(UPDATE, 2);
    const [first, last] = [companion.events[0], companion.events.at(-1)];
    expect(companion.events).toHaveLength(100);
    expect([first?.data["duration_s"], last?.data["duration_s"]]).toEqual([19_901, 20_000]);
    expect(home.count(ISSUES)).toBe(2);
    expect(companion.issues).toMatchObject([{ url: "http://host/20000" }]);
    expect(await home.command(UPDATE, 2)).toMatchObject({ values: { [CCU.id]: { last_event_age: 20_000 } } });
  });

  it("mentions each kind of event and problem that the companion does not know once", async () => {
    home.commands.set(EVENT, () => ({ known: false }));
    home.commands.set(ISSUES, () => ({ unknown_keys: ["callback_unreachable"] }));
    const { logger, lines } = recordingLogger();
    await using rig = await startPublished({ home, logger });
    rig.publisher.tell(event());
    rig.publisher.tell(event());
    await home.command(EVENT, 2);
    rig.publisher.problems(CCU.id, [PROBLEM]);
    await home.command(ISSUES, 2);
    await settle(home);
    expect(lines.filter((line) => line.includes("does not know some")).map((line) => line.replace(/.*some /, ""))).toEqual([
      'problems {"unknown":["callback_unreachable"]}',
      'events {"unknown":["interface_lost"]}',
    ]);
  });

  it("does not repeat for an hour what the companion refuses, since each refusal is an error in Home Assistant's log", async () => {
    await using rig = await startPublished({ home });
    companion.refuseNext.set("update", "invalid_format");
    rig.publisher.publish(CCU.id, { system_health: 1 });
    await waiting(rig);
    expect(rig.publisher.status().message?.en).toContain("refuses what this app sends");
    await pass(home, rig.clock, 3_590_000, 10_000);
    expect(home.count("homematic_vitals/hello")).toBe(1);
    companion.announce();
    await pass(home, rig.clock, 1_000);
    await publishing(rig);
  });

  it("sends values that the companion takes, whatever the hub says", async () => {
    await using rig = startRig({ home });
    const long = "😀".repeat(3_000);
    rig.publisher.describe(
      { ...CCU, name: long, model: "", firmware: null },
      {
        system_health: Number.NaN,
        cause: { value: "a cause of tomorrow", details: { remedy: { en: long, de: "" }, devices: Array.from({ length: 500 }, () => "x") } },
      },
    );
    await publishing(rig);
    const { ccus } = sentSync.parse(await home.command("homematic_vitals/sync"));
    const [{ name, model, metrics }] = ccus;
    expect([name.length, name.at(-1), model]).toEqual([254, "\uDE00", null]);
    expect(metrics.system_health).toBeNull();
    const { value, details } = metrics.cause;
    expect(value).toBe("other");
    expect([details.remedy.length, details.devices.length]).toEqual([2_048, 100]);
  });
});
