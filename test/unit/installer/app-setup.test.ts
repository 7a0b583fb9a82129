import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { silentLogger } from "../../../src/base/logger.ts";
import { openBundle, panelAddress } from "../../../src/companion-setup.ts";
import { parseOptions } from "../../../src/config.ts";
import { SupervisorClient } from "../../../src/homeassistant/supervisor-client.ts";
import { appSettings } from "../../../src/settings.ts";
import { StateFile } from "../../../src/state-file.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { FakeSupervisor } from "../addon/fake-supervisor.ts";
import { recordingLogger } from "../homeassistant/setup.ts";
import { Workshop } from "./bundles.ts";

const FOREVER = new AbortController().signal;

describe("the folder of Home Assistant's configuration", () => {
  const folderOf = (env: object, homeAssistant: object = {}): string | null =>
    appSettings({ options: parseOptions({ ccus: [{ host: "ccu" }], home_assistant: homeAssistant }).options, demo: false, env })
      .configFolder;

  test("is used where it is within reach", async () => {
    await using workshop = await Workshop.open();
    expect(folderOf({ HOMEMATIC_VITALS_CONFIG_FOLDER: workshop.config })).toBe(workshop.config);
    expect(folderOf({ HOMEMATIC_VITALS_CONFIG_FOLDER: workshop.config, SUPERVISOR_TOKEN: "x" })).toBe(workshop.config);
    expect(folderOf({ HOMEMATIC_VITALS_CONFIG_FOLDER: join(workshop.config, "missing") })).toBeNull();
  });

  test("is not used when the sensors go to another Home Assistant than the one that runs the add-on", async () => {
    await using workshop = await Workshop.open();
    const elsewhere = { url: "http://192.168.178.40:8123", token: "abc" };
    const env = { HOMEMATIC_VITALS_CONFIG_FOLDER: workshop.config };
    expect(folderOf({ ...env, SUPERVISOR_TOKEN: "x" }, elsewhere)).toBeNull();
    // Outside of the Supervisor, whoever mounts the folder says that it belongs to that address.
    expect(folderOf(env, elsewhere)).toBe(workshop.config);
  });
});

describe("the link from Home Assistant's device pages to the page", () => {
  const address = (supervisor: SupervisorClient | null) => panelAddress({ supervisor, signal: FOREVER, logger: silentLogger });

  test("has the add-on's full slug", async () => {
    await using supervisor = await FakeSupervisor.start();
    supervisor.answer = (response) => response.end(JSON.stringify({ result: "ok", data: { slug: "local_homematic_vitals" } }));
    const client = new SupervisorClient({ url: supervisor.url, token: "x", clock: new ManualClock() });
    expect(await address(client)).toBe("homeassistant://hassio/ingress/local_homematic_vitals");
  });

  test("is left out where no Supervisor says it", async () => {
    await using supervisor = await FakeSupervisor.start();
    expect(await address(new SupervisorClient({ url: supervisor.url, token: "x", clock: new ManualClock() }))).toBeNull();
    expect(await address(null)).toBeNull();
  });
});

test("a companion that cannot be read is named once, and the rest works on", async () => {
  await using workshop = await Workshop.open();
  await writeFile(join(workshop.root, "files.json"), "{");
  const { logger, lines } = recordingLogger();
  expect(openBundle(workshop.root, logger)).toBeNull();
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^warn .*damaged.*COMPANION_COPY_FAILED/);
});

test("the user's wish survives a restart, and is forgotten when it is carried out", async () => {
  const folder = await mkdtemp(join(tmpdir(), "wish-"));
  const open = (): StateFile => new StateFile({ path: join(folder, "state.json"), logger: silentLogger });
  const { consent } = open();
  expect(consent.given).toBe(false);
  consent.remember(true);
  expect(consent.given).toBe(true);
  expect(open().consent.given).toBe(true);
  open().consent.remember(false);
  expect(open().consent.given).toBe(false);
  await rm(folder, { recursive: true });
});
