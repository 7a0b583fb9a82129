import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { HomeAssistant } from "../peers/home-assistant.ts";
import { Mosquitto } from "../peers/mosquitto.ts";
import { BlueprintAutomations } from "./blueprint-automations.ts";
import { CheckTable } from "./check-table.ts";
import { CCU, CCU_VALUES, HandMadeHub, Memory, TROUBLE } from "./hand-made-hub.ts";

const PROBLEM = "binary_sensor.cellar_problem";

/** The entities as the add-on makes them by MQTT, without the companion integration. */
describe("the blueprints with MQTT instead of the companion", () => {
  const peers = new AsyncDisposableStack();
  const table = new CheckTable();
  let homeAssistant: HomeAssistant;
  let automations: BlueprintAutomations;
  let hub: HandMadeHub;

  beforeAll(async () => {
    homeAssistant = peers.use(await HomeAssistant.start({ companion: false }));
    const broker = peers.use(await Mosquitto.start());
    await broker.addTo(homeAssistant);
    hub = peers.use(HandMadeHub.start({ homeAssistant, publish: "mqtt", memory: new Memory() }));
    await homeAssistant.waitForState(PROBLEM, "off", 60_000);
    automations = new BlueprintAutomations(homeAssistant);
  });

  afterAll(async () => {
    await peers.disposeAsync();
  });

  test("a problem is told with its cause and remedy, and its end", async () => {
    await automations.import("notify_on_problem.yaml");
    const told = await automations.create("problem", "notify_on_problem.yaml", { problem: PROBLEM, patience: { seconds: 1 } });
    hub.publisher.publish(CCU.id, TROUBLE);
    expect(await told.next()).toEqual({
      title: "Cellar: problem",
      message: "HmIP-RF does not answer.\nWhat to do: Restart the CCU.\nSince: 2026-11-08 07:21",
    });
    hub.publisher.publish(CCU.id, CCU_VALUES);
    expect((await told.next()).title).toBe("Cellar: problem over");
    table.add("notify_on_problem by MQTT", "problem with its remedy, and its end");
  });

  test("a silent CCU is told, and when it reports again", async () => {
    await automations.import("remind_of_silence.yaml");
    const told = await automations.create("silence", "remind_of_silence.yaml", { age: "sensor.cellar_last_event_age", limit: "1800" });
    hub.publisher.publish(CCU.id, { last_event_age: 1_800 });
    expect((await told.next()).title).toBe("Cellar: silent");
    hub.publisher.publish(CCU.id, { last_event_age: 0 });
    expect((await told.next()).title).toBe("Cellar: reports again");
    table.add("remind_of_silence by MQTT", "silence, and its end");
  });

  test("a high duty cycle is told, and when it is normal again", async () => {
    await automations.import("notify_on_duty_cycle.yaml");
    const told = await automations.create("radio", "notify_on_duty_cycle.yaml", { duty_cycle: "sensor.cellar_duty_cycle" });
    hub.publisher.publish(CCU.id, { duty_cycle: 83 });
    expect((await told.next()).title).toBe("Cellar: duty cycle high (83 %)");
    hub.publisher.publish(CCU.id, { duty_cycle: 20 });
    expect((await told.next()).title).toBe("Cellar: duty cycle normal (20 %)");
    table.add("notify_on_duty_cycle by MQTT", "high, and normal again");
  });
});
