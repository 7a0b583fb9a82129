import { readdirSync, readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { errorCode, HomematicError } from "../../../src/base/errors.ts";
import { explain } from "../../../src/homeassistant/companion-problems.ts";
import connectFixture from "../../fixtures/companion/v1/connect.json" with { type: "json" };
import goodbyeFixture from "../../fixtures/companion/v1/goodbye.json" with { type: "json" };
import helloFixture from "../../fixtures/companion/v1/hello.json" with { type: "json" };
import readyFixture from "../../fixtures/companion/v1/ready-event.json" with { type: "json" };
import syncFixture from "../../fixtures/companion/v1/sync.json" with { type: "json" };
import updateFixture from "../../fixtures/companion/v1/update.json" with { type: "json" };
import { FakeHomeAssistant } from "../../support/fake-home-assistant.ts";
import { pass, publishing, settle, startRig, waiting } from "./setup.ts";

const FIXTURES = [helloFixture, connectFixture, syncFixture, updateFixture, goodbyeFixture];
const { request: hello } = helloFixture;
const { request: connect } = connectFixture;
const APP = { instanceId: connect.instance_id, version: hello.app_version, bundledVersion: hello.bundled_version, url: connect.app.url };

/** Home Assistant answers with the fixtures' results; what the add-on sends must be the fixtures' requests. */
describe("the fixtures of the companion protocol", () => {
  let home: FakeHomeAssistant;

  beforeEach(async () => {
    home = await FakeHomeAssistant.start();
    for (const { request, result } of FIXTURES) home.commands.set(request.type, () => result);
  });
  afterEach(() => home[Symbol.asyncDispose]());

  const publishAll = async (): Promise<ReturnType<typeof startRig>> => {
    const rig = startRig({ home, app: APP });
    for (const { metrics, ...device } of syncFixture.request.ccus) rig.publisher.describe({ kind: "ccu", ...device }, metrics);
    await publishing(rig);
    return rig;
  };

  it("are what is sent, and their results are accepted", async () => {
    const rig = await publishAll();
    for (const [id, values] of Object.entries(updateFixture.request.values)) rig.publisher.publish(id, values);
    await home.command(updateFixture.request.type);
    await settle(home);
    expect(rig.publisher.status().state).toBe("publishing");
    await rig[Symbol.asyncDispose]();
    const sent = home.received.filter(({ type }) => type.startsWith("homematic_vitals/")).map(({ id, ...request }) => request);
    expect(sent).toEqual(FIXTURES.map(({ request }) => request));
  });

  it.each(connectFixture.events)("the event %j ends the session", async (event) => {
    await using rig = await publishAll();
    const { id } = await home.command(connect.type);
    for (const peer of home.peers) peer.sendEvent(id, event);
    await waiting(rig);
  });

  it("the ready event starts the next session", async () => {
    home.commands.set(hello.type, () => ({ ...helloFixture.result, entry_state: "not_loaded" }));
    await using rig = startRig({ home, app: APP });
    await waiting(rig);
    home.commands.set(hello.type, () => helloFixture.result);
    home.fire(readyFixture.event_type, readyFixture.data);
    await pass(home, rig.clock, 1_000);
    await publishing(rig);
  });

  it("every error code has a meaning of its own", () => {
    const codes = new Set(FIXTURES.flatMap((fixture) => ("errors" in fixture ? fixture.errors : [])));
    codes.delete("resync_required");
    expect(codes.size).toBe(4);
    for (const code of codes) {
      const refused = new HomematicError({ code: "HOME_ASSISTANT_COMMAND_FAILED", context: { haCode: code } });
      expect(errorCode(explain(refused)), code).not.toBe("HOME_ASSISTANT_COMMAND_FAILED");
    }
  });

  it("are all used here", () => {
    const directory = new URL("../../fixtures/companion/v1/", import.meta.url);
    const names = readdirSync(directory).map((file) => readFileSync(new URL(file, directory), "utf8"));
    expect(names).toHaveLength(FIXTURES.length + 1);
  });
});
