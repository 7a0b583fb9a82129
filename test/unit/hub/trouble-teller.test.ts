import { describe, expect, test } from "vitest";
import type { CauseCode } from "../../../src/diagnosis/cause-codes.ts";
import { CAUSES } from "../../../src/diagnosis/causes.ts";
import { EVENT_TEXTS } from "../../../src/hub/event-texts.ts";
import { HUB_EVENT_TYPES, type HubEvent } from "../../../src/hub/hub-sensor-sink.ts";
import { TROUBLES } from "../../../src/hub/troubles.ts";
import { ill, openHub, readings, WELL } from "./open-hub.ts";

function setUp() {
  const hmip = readings({ diagnosis: WELL });
  const opened = openHub({ interfaces: { "HmIP-RF": hmip, "BidCos-RF": readings({ diagnosis: WELL }) } });
  opened.hub.start();
  const events = (): readonly HubEvent[] => opened.told.flatMap(({ event }) => (event === undefined ? [] : [event as HubEvent]));
  const become = (diagnosis: typeof hmip.diagnosis): void => {
    hmip.diagnosis = diagnosis;
    opened.hub.changed("diagnosis", "HmIP-RF");
  };
  const lastProblems = () => opened.told.findLast((entry) => "problems" in entry)?.["problems"];
  return { ...opened, events, become, lastProblems, wallMs: () => opened.clock.wallMs() };
}

const WITH_CAUSE = TROUBLES.flatMap(({ begins, ends, cause }) => (cause === undefined ? [] : [[begins, ends ?? null, cause] as const]));

describe("TroubleTeller", () => {
  test("every event type belongs to a trouble, and has words where its cause has none", () => {
    const types = TROUBLES.flatMap(({ begins, ends }) => (ends === undefined ? [begins] : [begins, ends]));
    expect(types.toSorted()).toEqual(HUB_EVENT_TYPES.toSorted());
    for (const { begins, ends, cause } of TROUBLES) {
      if (cause === undefined) expect(EVENT_TEXTS[begins]).toBeDefined();
      if (ends !== undefined) expect(EVENT_TEXTS[ends]).toBeDefined();
    }
  });

  test("a lost interface is told once with its cause and what to do, its return with how long it took", () => {
    const { become, events, clock } = setUp();
    const sinceMs = clock.wallMs();
    become(ill({ codes: ["connection_refused"], lost: true, sinceMs }));
    become(ill({ codes: ["timeout"], lost: true, sinceMs }));
    clock.advance(754_000);
    become(WELL);
    become(WELL);
    expect(events()).toEqual([
      {
        ccuId: "NEQ1",
        type: "interface_lost",
        interfaceName: "HmIP-RF",
        cause: "connection_refused",
        message: {
          en: "The connection to HmIP-RF is lost. The CCU refuses the connection.",
          de: "Die Verbindung zu HmIP-RF ist unterbrochen. Die CCU lehnt die Verbindung ab.",
        },
        remedy: CAUSES.connection_refused.remedy,
        sinceMs,
        durationSeconds: null,
      },
      {
        ccuId: "NEQ1",
        type: "interface_restored",
        interfaceName: "HmIP-RF",
        cause: "connection_refused",
        message: {
          en: "The connection to HmIP-RF works again after 13 min.",
          de: "Die Verbindung zu HmIP-RF funktioniert nach 13 min wieder.",
        },
        remedy: null,
        sinceMs,
        durationSeconds: 754,
      },
    ]);
  });

  test.each(WITH_CAUSE)("%s and %s are told once each, for %s", (begins, ends, cause: CauseCode) => {
    const { become, events, clock } = setUp();
    for (let time = 0; time < 3; time += 1) become(ill({ codes: [cause] }));
    expect(events()).toMatchObject([{ type: begins, interfaceName: "HmIP-RF", cause, remedy: CAUSES[cause].remedy }]);
    clock.advance(60_000);
    for (let time = 0; time < 3; time += 1) become(WELL);
    expect(
      events()
        .slice(1)
        .map(({ type }) => type),
    ).toEqual(ends === null ? [] : [ends]);
  });

  test("a trouble goes on behind a more telling one", () => {
    const { become, events } = setUp();
    become(ill({ codes: ["duty_cycle_high"] }));
    become(ill({ codes: ["timeout", "duty_cycle_high"], lost: true }));
    become(ill({ codes: ["duty_cycle_high"] }));
    expect(events().map(({ type }) => type)).toEqual(["duty_cycle_high", "interface_lost", "interface_restored"]);
  });

  test("a step of the wall clock does not change how long it took", () => {
    const { become, events, clock } = setUp();
    become(ill({ codes: ["timeout"], lost: true, sinceMs: clock.wallMs() }));
    clock.advance(60_000);
    clock.stepWall(3_600_000);
    become(WELL);
    expect(events().at(-1)?.durationSeconds).toBe(60);
  });

  test("an interface that flaps all day is told as lost, not a thousand times", () => {
    const { become, events, clock } = setUp();
    for (let passedMs = 0; passedMs < 86_400_000; passedMs += 20_000) {
      become(passedMs % 40_000 === 0 ? ill({ codes: ["timeout"], lost: true, sinceMs: clock.wallMs() }) : WELL);
      clock.advance(20_000);
    }
    expect(events().length).toBeLessThan(320);
    become(WELL);
    clock.advance(301_000);
    expect(events().at(-1)?.type).toBe("interface_restored");
    const types = events().map(({ type }) => type);
    expect(types).toEqual(types.map((_type, index) => (index % 2 === 0 ? "interface_lost" : "interface_restored")));
  });

  test("the problems of a CCU are told in full when they change, with the URL that the CCU must reach", () => {
    const { become, told, lastProblems } = setUp();
    expect(lastProblems()).toBeUndefined();
    become(ill({ codes: ["callback_unreachable", "id_conflict"], facts: { url: "http://10.0.0.1:8095" } }));
    expect(lastProblems()).toEqual([
      { key: "callback_unreachable", interfaces: ["HmIP-RF"], url: "http://10.0.0.1:8095" },
      { key: "id_conflict", interfaces: ["HmIP-RF"], url: null },
    ]);
    const before = told.filter((entry) => "problems" in entry).length;
    become(ill({ codes: ["timeout", "callback_unreachable", "id_conflict"], facts: { url: "http://10.0.0.1:8095" } }));
    expect(told.filter((entry) => "problems" in entry)).toHaveLength(before);
    become(WELL);
    expect(lastProblems()).toEqual([]);
  });

  test("an interface that is no longer watched leaves no problem behind and is not restored", () => {
    const { become, events, hub, watched, lastProblems } = setUp();
    become(ill({ codes: ["credentials_rejected"], lost: true }));
    expect(lastProblems()).toEqual([{ key: "credentials_rejected", interfaces: ["HmIP-RF"], url: null }]);
    watched.delete("HmIP-RF");
    hub.remove("HmIP-RF");
    expect(lastProblems()).toEqual([]);
    expect(events().map(({ type }) => type)).toEqual(["interface_lost", "credentials_rejected"]);
  });

  test("a CCU of which no interface is known is named as a whole, and restored when it is found", () => {
    const { hub, told, watched } = openHub();
    watched.set(null, readings({ diagnosis: ill({ codes: ["credentials_rejected"], lost: true }) }));
    hub.start();
    hub.discovered();
    watched.delete(null);
    expect(told.slice(1)).toMatchObject([
      {
        event: {
          type: "interface_lost",
          interfaceName: null,
          message: { en: expect.stringContaining("to the CCU is lost"), de: expect.stringContaining("zu der CCU") },
        },
      },
      { event: { type: "credentials_rejected", interfaceName: null } },
      { problems: [{ key: "credentials_rejected", interfaces: [], url: null }] },
      { event: { type: "interface_restored", interfaceName: null } },
      { problems: [] },
    ]);
  });
});
