import { readdirSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { errorCode, HomematicError } from "../../../src/base/errors.ts";
import { explain } from "../../../src/homeassistant/companion-problems.ts";
import type { HubEventType, HubMetricValues, HubProblem } from "../../../src/hub/hub-sensor-sink.ts";
import connectFixture from "../../fixtures/companion/connect.json" with { type: "json" };
import eventFixture from "../../fixtures/companion/event.json" with { type: "json" };
import goodbyeFixture from "../../fixtures/companion/goodbye.json" with { type: "json" };
import helloFixture from "../../fixtures/companion/hello.json" with { type: "json" };
import issuesFixture from "../../fixtures/companion/issues.json" with { type: "json" };
import readyFixture from "../../fixtures/companion/ready-event.json" with { type: "json" };
import syncFixture from "../../fixtures/companion/sync.json" with { type: "json" };
import updateFixture from "../../fixtures/companion/update.json" with { type: "json" };
import connectV1 from "../../fixtures/companion/v1/connect.json" with { type: "json" };
import goodbyeV1 from "../../fixtures/companion/v1/goodbye.json" with { type: "json" };
import helloV1 from "../../fixtures/companion/v1/hello.json" with { type: "json" };
import readyV1 from "../../fixtures/companion/v1/ready-event.json" with { type: "json" };
import syncV1 from "../../fixtures/companion/v1/sync.json" with { type: "json" };
import updateV1 from "../../fixtures/companion/v1/update.json" with { type: "json" };
import { FakeHomeAssistant } from "../../support/fake-home-assistant.ts";
import { event, isPublishing, Memory, pass, passUntil, publishing, type Rig, settle, startRig, waiting } from "./setup.ts";

const FIXTURES = [helloFixture, connectFixture, syncFixture, issuesFixture, eventFixture, updateFixture, goodbyeFixture];
const V1 = [helloV1, connectV1, syncV1, updateV1, goodbyeV1];
const { request: hello } = helloFixture;
const { request: connect } = connectFixture;
const APP = { instanceId: connect.instance_id, version: hello.app_version, bundledVersion: hello.bundled_version, url: connect.app.url };
const SETTINGS = {
  name: null,
  icon: null,
  areaId: null,
  labels: [],
  categories: {},
  aliases: [null],
  deviceClass: null,
  options: {},
  isHidden: false,
  enabled: "default" as const,
};

/** What a hub tells, so that the fixture's topology is what the companion gets. */
function describeAll({ publisher }: Rig): void {
  for (const { metrics, interfaces, id, name, model, firmware } of syncFixture.request.ccus) {
    publisher.describe({ kind: "ccu", id, name, model, firmware }, metrics as HubMetricValues);
    for (const one of interfaces) {
      const device = { kind: "interface", ccuId: id, id: one.id, name: one.name, model: null, firmware: null } as const;
      publisher.describe(device, one.metrics as HubMetricValues);
    }
  }
}

function tellProblems({ publisher }: Rig): void {
  for (const { ccu, key, interfaces, url } of issuesFixture.request.issues) {
    publisher.problems(ccu, [{ key: key as HubProblem["key"], interfaces, url }]);
  }
}

/** What the entities were called on the route that was left. */
function memoryOfEntityIds(): Memory {
  const [ccu] = syncFixture.request.ccus;
  const owners: { id: string; ids: Readonly<Record<string, string>> }[] = [{ id: `${ccu?.id}_hub`, ids: { ...ccu?.entity_ids } }];
  for (const { id, entity_ids: ids } of ccu?.interfaces ?? []) owners.push({ id: id.replace("/", "_"), ids: { ...ids } });
  const entities = owners.flatMap(({ id, ids }) =>
    Object.entries(ids).map(([name, entityId]) => {
      const key = name.slice(name.indexOf(".") + 1).replaceAll("_", "-");
      return [`${id}_${key}`, { ...SETTINGS, entityId }] as const;
    }),
  );
  return new Memory({ used: "companion", entities: Object.fromEntries(entities), devices: {} });
}

const sentTo = (home: FakeHomeAssistant): readonly object[] =>
  home.received.filter(({ type }) => type.startsWith("homematic_vitals/")).map(({ id: _, ...request }) => request);

/** Home Assistant answers with the fixtures' results; what the add-on sends must be the fixtures' requests. */
describe("the fixtures of the companion protocol", () => {
  let home: FakeHomeAssistant;

  const answerWith = (fixtures: readonly { request: { type: string }; result: unknown }[]): void => {
    for (const { request, result } of fixtures) home.commands.set(request.type, () => result);
  };

  beforeEach(async () => {
    home = await FakeHomeAssistant.start();
    answerWith(FIXTURES);
  });
  afterEach(() => home[Symbol.asyncDispose]());

  it("are what is sent, and their results are accepted", async () => {
    const { request } = eventFixture;
    const rig = startRig({ home, app: APP, memory: memoryOfEntityIds() });
    // The remembered entity ids are awaited in vain, since nothing makes entities here.
    describeAll(rig);
    tellProblems(rig);
    await home.command(syncFixture.request.type);
    await passUntil(home, rig.clock, () => isPublishing(rig));
    rig.publisher.tell(
      event({
        ccuId: request.ccu,
        type: request.event_type as HubEventType,
        interfaceName: request.data.interface,
        cause: "callback_unreachable",
        message: { en: request.data.message, de: "" },
        remedy: null,
        sinceMs: Date.parse(request.data.since) + 499,
        durationSeconds: request.data.duration_s,
      }),
    );
    await home.command(request.type);
    await settle(home);
    for (const [id, values] of Object.entries(updateFixture.request.values)) rig.publisher.publish(id, values as HubMetricValues);
    await home.command(updateFixture.request.type);
    await settle(home);
    expect(rig.publisher.status()).toMatchObject({ state: "publishing", message: null });
    await rig[Symbol.asyncDispose]();
    expect(sentTo(home)).toEqual(FIXTURES.map((fixture) => fixture.request));
  });

  it("of protocol 1 are what an older companion gets: three sensors of each CCU", async () => {
    answerWith(V1);
    const rig = startRig({ home, app: { ...APP, url: connectV1.request.app.url } });
    for (const { metrics, ...device } of syncV1.request.ccus) {
      rig.publisher.describe({ kind: "ccu", ...device }, { ...metrics, status: "ok", cause: "none" });
    }
    rig.publisher.describe(
      { kind: "interface", id: "NEQ1234567/HmIP-RF", ccuId: "NEQ1234567", name: "HmIP-RF", model: null, firmware: null },
      { connection_latency: 1, health: 2 },
    );
    tellProblems(rig);
    rig.publisher.tell(event());
    await publishing(rig);
    rig.publisher.publish("NEQ1234567/HmIP-RF", { connection_latency: 3 });
    rig.publisher.publish("NEQ1234567", { status: "critical" });
    await settle(home);
    for (const [id, values] of Object.entries(updateV1.request.values)) rig.publisher.publish(id, values);
    await home.command(updateV1.request.type);
    await settle(home);
    expect(rig.publisher.status()).toMatchObject({
      state: "publishing",
      message: { en: expect.stringContaining("Update it and restart") },
    });
    await rig[Symbol.asyncDispose]();
    const known = ["system_health", "connection_latency", "last_event_age"];
    const ccus = syncV1.request.ccus.map(({ metrics, ...described }) => ({
      ...described,
      metrics: Object.fromEntries(Object.entries(metrics).filter(([key]) => known.includes(key))),
    }));
    const [, ...others] = V1.map(({ request }) => ("ccus" in request ? { ...request, ccus } : request));
    expect(sentTo(home)).toEqual([helloFixture.request, ...others]);
  });

  it.each(connectFixture.events)("the event %j ends the session", async (message) => {
    await using rig = startRig({ home, app: APP });
    describeAll(rig);
    await publishing(rig);
    const { id } = await home.command(connect.type);
    for (const peer of home.peers) peer.sendEvent(id, message);
    await waiting(rig);
  });

  it.each([readyFixture, readyV1])("the ready event %j starts the next session", async (ready) => {
    home.commands.set(hello.type, () => ({ ...helloFixture.result, entry_state: "not_loaded" }));
    await using rig = startRig({ home, app: APP });
    await waiting(rig);
    home.commands.set(hello.type, () => helloFixture.result);
    home.fire(ready.event_type, ready.data);
    await pass(home, rig.clock, 1_000);
    await publishing(rig);
  });

  it("every error code has a meaning of its own", () => {
    const codes = new Set([...FIXTURES, ...V1].flatMap((fixture) => ("errors" in fixture ? fixture.errors : [])));
    // These two are part of a session: everything is stated again, the event is dropped.
    codes.delete("resync_required");
    codes.delete("unknown_ccu");
    expect(codes.size).toBe(4);
    for (const code of codes) {
      const context = { haCode: code, command: "homematic_vitals/sync" };
      const refused = new HomematicError({ code: "HOME_ASSISTANT_COMMAND_FAILED", context });
      expect(errorCode(explain(refused)), code).not.toBe("HOME_ASSISTANT_COMMAND_FAILED");
    }
  });

  it("are all used here", () => {
    const filesIn = (folder: string): readonly string[] =>
      readdirSync(new URL(`../../fixtures/companion/${folder}`, import.meta.url)).filter((file) => file.endsWith(".json"));
    expect(filesIn("")).toHaveLength(FIXTURES.length + 1);
    expect(filesIn("v1")).toHaveLength(V1.length + 1);
  });
});
