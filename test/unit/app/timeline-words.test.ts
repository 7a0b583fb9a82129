import { describe, expect, test } from "vitest";
import { CallbackGateway } from "../../../src/callback-gateway.ts";
import { HealthTracker } from "../../../src/central/health-tracker.ts";
import { CAUSES } from "../../../src/diagnosis/causes.ts";
import { EventBus } from "../../../src/events/event-bus.ts";
import { incidentStatus } from "../../../src/incident-status.ts";
import { IncidentStore } from "../../../src/incidents/incident-store.ts";
import type { SimulatedFaults } from "../../../src/simulator/index.ts";
import { timelineMessage } from "../../../src/timeline-words.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { MemoryLog } from "../../support/memory-log.ts";
import type { Watched } from "./watched.ts";
import { World } from "./world.ts";

const german = (text: string): string => timelineMessage({ kind: "call", text }).de;
const told = ({ central }: Watched) => central.reliability.incidents.flatMap((incident) => incidentStatus(incident).timeline);
/** What the page of either language would show in English. */
const untranslated = (watched: Watched): readonly string[] =>
  told(watched)
    .filter(({ text, message }) => message.de === text || message.de.endsWith(`: ${text.split(": ").at(-1)}`))
    .map(({ text }) => text)
    .filter((text) => !/refused \w+: /.test(text));

describe("what happened in an incident, in German", () => {
  test.each<[string, string]>([
    ["ping answered after 12 ms", "ping nach 12 ms beantwortet"],
    [
      "init failed: The CCU refused init: no such -> method: 3 [x] (-1) [RPC_FAULT]",
      "init fehlgeschlagen: Die CCU hat init abgelehnt: no such -> method: 3 [x] (-1) [RPC_FAULT]",
    ],
    [
      "system.listMethods failed: The CCU did not answer in time ([fd00::1]:2010) [TIMEOUT]",
      "system.listMethods fehlgeschlagen: Die CCU hat nicht rechtzeitig geantwortet ([fd00::1]:2010) [TIMEOUT]",
    ],
    ["ping failed: Not sent because the last 3 calls fai", "ping fehlgeschlagen: Not sent because the last 3 calls fai"],
    [
      "ping failed: Not sent because the last 3 calls failed [CALL_REJECTED]",
      "ping fehlgeschlagen: Nicht gesendet, weil die letzten 3 Aufrufe fehlschlugen [CALL_REJECTED]",
    ],
    [
      "connected -> waiting: 2 pings were answered without a PONG",
      "verbunden → wartet auf neuen Versuch: 2 Pings wurden ohne PONG beantwortet",
    ],
    [
      "event path failing: no PONG within 10 s although ping was answered",
      "Ereignisse gestört: kein PONG innerhalb von 10 s, obwohl ping beantwortet wurde",
    ],
    ["radio path failing: at most one device has reported for 95 min", "Funk gestört: seit 95 min hat sich höchstens ein Gerät gemeldet"],
    ["command path ok", "Befehle OK"],
    [
      "registering -> waiting: The CCU was not told to call this machine: 127.0.0.1 means this machine itself, so the CCU would call itself. Set callback.ho",
      "Anmeldung → wartet auf neuen Versuch: Der CCU wurde nicht gesagt, dass sie dieses Gerät anrufen soll: 127.0.0.1 meint immer das eigene Gerät, die CCU würde also sich selbst anrufen. Tragen Sie als callback.host die Adresse dieses Geräts in Ihrem Netz ein",
    ],
    ["connected -> waiting: socket hang up", "verbunden → wartet auf neuen Versuch: socket hang up"],
    ["said by an older version", "said by an older version"],
  ])("%s", (text, de) => {
    expect(german(text)).toBe(de);
  });

  test("lines that are on the disk already are translated, too, and those that nobody knows are shown as they are", () => {
    const log = new MemoryLog();
    log.append(
      JSON.parse(`{"type":"incident","incident":{"id":"CCU/HmIP-RF/1","ccuId":"CCU","interfaceName":"HmIP-RF","cause":"timeout","startedAtMs":1,
        "endedAtMs":2,"unobservedEnd":false,"timeline":[{"atMs":1,"kind":"pong","text":"late PONG"},{"atMs":1,"kind":"call","text":"as it was told once"},
        {"atMs":2,"kind":"cause","text":"timeout"}]}}`),
    );
    const clock = new ManualClock({ wallMs: 1_000 });
    const store = new IncidentStore({ log, clock });
    store.open();
    const timeline = store.incidents.flatMap((incident) => incidentStatus(incident).timeline);
    expect(timeline.map(({ text }) => text)).toEqual(["late PONG", "as it was told once", "timeout"]);
    expect(timeline.map(({ message }) => message.de)).toEqual(["verspätetes PONG", "as it was told once", CAUSES.timeout.text.de]);
  });

  test("a cause is told in the sentence that the page has for it, one of another version as it is", () => {
    const cause = (text: string) => timelineMessage({ kind: "cause", text });
    expect(cause("connection_refused")).toEqual({ en: "The CCU refuses the connection.", de: "Die CCU lehnt die Verbindung ab." });
    expect(cause("none").de).toBe("nichts ist mehr gestört");
    expect(cause("of_tomorrow")).toEqual({ en: "of_tomorrow", de: "of_tomorrow" });
  });

  test.each<[Partial<SimulatedFaults>]>([
    [{ mode: "refuse" }],
    [{ mode: "unauthorized" }],
    [{ mode: "forbidden" }],
    [{ mode: "hang" }],
    [{ mode: "boot" }],
    [{ mode: "notFound" }],
    [{ mode: "processDown" }],
    [{ mode: "html" }],
    [{ mode: "reset" }],
    [{ halfOpen: true }],
    [{ answers: "garbage" }],
    [{ faultCode: -1 }],
    [{ pingWithoutPong: true }],
  ])("nothing of our own stays in English with %o", async (faults) => {
    await using world = await World.open();
    const watched = await world.watch();
    await world.until(() => watched.isWell);
    await watched.set(faults);
    await world.pass(300_000, 1_000);
    expect(told(watched).length).toBeGreaterThan(5);
    expect(untranslated(watched)).toEqual([]);
  });

  test.each<[Partial<SimulatedFaults>]>([
    [{ initRejected: true }],
    [{ initWithoutEvents: true }],
    [{ callbacks: "refused" }],
    [{ initNeverAnswers: true }],
  ])("nothing of our own stays in English with %o from the start", async (faults) => {
    await using world = await World.open();
    const watched = await world.watch({ prepare: (ccu) => ccu.interface("HmIP-RF").set({ ...faults, pingWithoutPong: true }) });
    await world.pass(300_000, 1_000);
    expect(told(watched).length).toBeGreaterThan(5);
    expect(untranslated(watched)).toEqual([]);
  });

  test("nor where the CCU cannot be told an address", async () => {
    await using world = await World.open();
    const gateway = new CallbackGateway({ server: world.server, configuredHost: "127.0.0.1", clock: world.clock, logger: world.log });
    const watched = await world.watch({ callbackUrl: (path, _host, signal) => gateway.urlFor(path, "192.0.2.1", signal) });
    await world.pass(60_000, 1_000);
    await watched.set({ mode: "refuse" });
    await world.pass(60_000, 1_000);
    expect(told(watched).map(({ text }) => text)).toContainEqual(expect.stringContaining("was not told to call"));
    expect(untranslated(watched)).toEqual([]);
  });

  test("nor where devices have fallen silent, before all is lost", async () => {
    await using world = await World.open();
    const watched = await world.watch();
    await world.until(() => watched.isWell);
    await world.hearDevices(watched);
    await watched.set({ radioSilence: true });
    await world.pass(1_790_000, 5_000);
    await world.until(() => watched.cause() === "radio_silent", 20_000);
    await watched.set({ mode: "refuse" });
    await world.pass(60_000, 1_000);
    expect(told(watched).map(({ text }) => text)).toContainEqual(expect.stringContaining("device has reported for"));
    expect(untranslated(watched)).toEqual([]);
  });

  test("nor where nothing at all is heard after the registration", () => {
    const clock = new ManualClock();
    const tracker = new HealthTracker({ eventBus: new EventBus({ clock }), clock });
    tracker.add("HmIP-RF", { radio: null });
    tracker.registered("HmIP-RF");
    clock.advance(30_000);
    tracker.updateHealth();
    expect(german(`event path failing: ${tracker.health("HmIP-RF")?.paths.event.reason}`)).toBe(
      "Ereignisse gestört: innerhalb von 30 s nach der Anmeldung kam nichts an",
    );
  });
});
