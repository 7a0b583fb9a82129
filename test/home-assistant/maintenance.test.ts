import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { AddOn } from "../peers/add-on.ts";
import { freePort } from "../peers/free-port.ts";
import { HomeAssistant } from "../peers/home-assistant.ts";
import { repositoryRoot } from "../peers/paths.ts";
import { Pydevccu } from "../peers/pydevccu.ts";
import { CheckTable } from "./check-table.ts";

const HEALTH = "sensor.ccu_system_health";
const INCIDENT = "event.ccu_incident";
const PROBLEM = "binary_sensor.ccu_problem";

/** The command as the documents give it. */
const [, COMMAND = ""] =
  /```yaml\n(rest_command:[\s\S]*?)```/.exec(readFileSync(join(repositoryRoot, "docs/standing-alone.md"), "utf8")) ?? [];

describe("maintenance that an automation announces", () => {
  const peers = new AsyncDisposableStack();
  const table = new CheckTable();
  let homeAssistant: HomeAssistant;
  let ccu: Pydevccu;
  let addOn: AddOn;

  const announce = (minutes: number) => homeAssistant.callService("rest_command", "announce_maintenance", { minutes });
  const healthIs = (value: number) => homeAssistant.waitForState(HEALTH, ({ state }) => Number.parseFloat(state) === value, 30_000);

  beforeAll(async () => {
    const port = await freePort();
    homeAssistant = peers.use(await HomeAssistant.start({ extraYaml: COMMAND.replace("localhost:8099", `localhost:${port}`) }));
    ccu = peers.use(await Pydevccu.start());
    addOn = peers.use(
      await AddOn.start({
        ccus: [{ host: "127.0.0.1", interfaces: [{ name: "BidCos-RF", port: ccu.port }] }],
        home_assistant: { url: homeAssistant.url, token: homeAssistant.token },
        web: { port },
      }),
    );
    await homeAssistant.addConfigEntry("homematic_vitals");
    await homeAssistant.waitForState(PROBLEM, "off", 30_000);
    await healthIs(100);
  });

  afterAll(async () => {
    await peers.disposeAsync();
  });

  test("keeps Problem off and tells no incident while the CCU is away, also when the add-on restarts meanwhile", async () => {
    const problems: string[] = [];
    using _ = homeAssistant.onStateChanged(({ entity_id: id, new_state: state }) => {
      if (id === PROBLEM && state) problems.push(state.state);
    });
    await announce(30);
    await ccu.stop();
    await healthIs(0);
    await addOn.stop();
    await homeAssistant.waitForState(HEALTH, "unavailable");
    await addOn.start();
    await table.time("add-on restarted in maintenance -> System health 0", () => healthIs(0));
    await homeAssistant.waitForState(PROBLEM, "off");
    expect(await (await fetch(`${addOn.url}/api/snapshot`)).text()).toContain('"quiet":{"reason":"announced","until":');
    expect(problems).not.toContain("on");
    expect((await homeAssistant.state(INCIDENT))?.state).toBe("unknown");
  });

  test("ended, what is still wrong is told", async () => {
    await announce(0);
    await table.time("maintenance ended -> Problem on", () => homeAssistant.waitForState(PROBLEM, "on"));
    await homeAssistant.waitForState(INCIDENT, ({ attributes }) => attributes["event_type"] === "interface_lost");
    await ccu.start();
    await homeAssistant.waitForState(PROBLEM, "off", 30_000);
    expect(addOn.process.output).toContain("maintenance was announced: nothing is reported as a problem until it is over");
  });
});
