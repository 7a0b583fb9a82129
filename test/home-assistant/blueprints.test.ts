import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { launchBrowser, openHomeAssistant } from "../peers/browser.ts";
import { eventually } from "../peers/eventually.ts";
import { HomeAssistant } from "../peers/home-assistant.ts";
import { ProtocolClient, type WireMetrics } from "../peers/protocol-client.ts";
import { closedPort } from "../support/listening.ts";
import { BlueprintAutomations } from "./blueprint-automations.ts";
import { CheckTable } from "./check-table.ts";
import { picture } from "./picture.ts";
import { CCU_ID, HEALTHY, sampleCcu } from "./sample-ccu.ts";

const PROBLEM = "binary_sensor.ccu_problem";
const AGE = "sensor.ccu_last_event_age";
const DUTY_CYCLE = "sensor.ccu_duty_cycle";
const SINCE = "2026-11-08T06:21:30Z";
const PATIENCE = { seconds: 2 };

const PersistentNotification = z.object({ notification_id: z.string(), title: z.string(), message: z.string() });

const trouble = (cause: string, message: string, remedy: string | null, since = SINCE): WireMetrics => ({
  system_health: 50,
  status: "critical",
  problem: true,
  cause: { value: cause, details: { message, remedy, interface: "HmIP-RF", since } },
});
const dutyCycle = (percent: number): WireMetrics => ({
  duty_cycle: { value: percent, details: { modules: [`RPI-RF-MOD NEQ1234567: ${percent} %`, "HmIP-HAP 001F58A98DDDAB: 3 %"] } },
});
const UNREACHABLE = trouble("callback_unreachable", "The events of HmIP-RF do not arrive.", "Open port 8095.");

describe("the blueprints in a real Home Assistant", () => {
  const peers = new AsyncDisposableStack();
  const table = new CheckTable();
  let homeAssistant: HomeAssistant;
  let automations: BlueprintAutomations;
  let addOn: ProtocolClient;

  const startAddOn = async (metrics: WireMetrics = {}) => {
    addOn = peers.use(await ProtocolClient.start(homeAssistant, [sampleCcu(metrics)]));
  };
  const update = (metrics: WireMetrics) => addOn.update({ [CCU_ID]: metrics });
  /** By a second automation, whose sensor nobody else uses. */
  const passTwoReminders = async (limits: object) => {
    const setAge = (state: string) => homeAssistant.api.rest("POST", "/api/states/sensor.other_age", { state });
    await setAge("0");
    const reminders = await automations.create("reminders", "remind_of_silence.yaml", { age: "sensor.other_age", ...limits });
    await setAge("7200");
    for (let count = 0; count < 3; count += 1) await reminders.next();
  };
  const persistentNotification = (automation: string, title: string) =>
    eventually({
      what: `the notification "${title}"`,
      timeoutMs: 30_000,
      ask: async () => {
        const shown = z.array(PersistentNotification).parse(await homeAssistant.call("persistent_notification/get"));
        const own = shown.filter(({ notification_id }) => notification_id === `automation.${automation}`);
        expect(own.length).toBeLessThan(2);
        return own.find((notification) => notification.title === title);
      },
    });

  beforeAll(async () => {
    const extraYaml = `rest_command:\n  dead_phone:\n    url: http://127.0.0.1:${await closedPort()}/\n`;
    homeAssistant = peers.use(await HomeAssistant.start({ extraYaml }));
    automations = new BlueprintAutomations(homeAssistant);
    await homeAssistant.addConfigEntry("homematic_vitals");
    await startAddOn();
    await homeAssistant.waitForState(PROBLEM, "off");
  });

  afterAll(async () => {
    await peers.disposeAsync();
  });

  test.each([
    ["notify_on_problem.yaml", "Homematic Vitals: a CCU has a problem"],
    ["notify_on_problem_de.yaml", "Homematic Vitals: Eine CCU hat ein Problem"],
    ["remind_of_silence.yaml", "Homematic Vitals: a CCU is silent"],
    ["remind_of_silence_de.yaml", "Homematic Vitals: Eine CCU schweigt"],
    ["notify_on_duty_cycle.yaml", "Homematic Vitals: duty cycle of a CCU is high"],
    ["notify_on_duty_cycle_de.yaml", "Homematic Vitals: Duty Cycle einer CCU ist hoch"],
  ])("%s is imported", async (file, name) => {
    expect(await automations.import(file)).toBe(name);
    table.add(file, "imported without complaint");
  });

  test("a problem is told with its cause and remedy once it has lasted, again with another cause, and when it is over", async () => {
    const told = await automations.create("problem", "notify_on_problem.yaml", { problem: PROBLEM, patience: PATIENCE });
    await update(trouble("pong_late", "This one is short.", null));
    await update(HEALTHY);
    await update(UNREACHABLE);
    expect(await told.next()).toEqual({
      title: "CCU: problem",
      message: "The events of HmIP-RF do not arrive.\nWhat to do: Open port 8095.\nSince: 2026-11-08 07:21",
    });
    await update(trouble("connection_refused", "The CCU refuses the connection.", null, "2026-11-08T08:00:00Z"));
    expect(await told.next()).toEqual({ title: "CCU: problem", message: "The CCU refuses the connection.\nSince: 2026-11-08 09:00" });
    await update(HEALTHY);
    const { title, message } = await told.next();
    expect(title).toBe("CCU: problem over");
    expect(message).toMatch(/^The CCU is well again\.\nWhat it was: The CCU refuses the connection\.\nIt lasted \d+ d( \d+ (h|min|s))?\.$/);
    table.add("notify_on_problem: short one, problem, other cause, over", `${told.all.length} notifications`);
    expect(told.all).toHaveLength(3);
  });

  test("a problem is told once although the add-on restarts while it lasts", async () => {
    const told = await automations.create("restarted", "notify_on_problem.yaml", { problem: PROBLEM, patience: PATIENCE });
    await update(UNREACHABLE);
    expect((await told.next()).title).toBe("CCU: problem");
    await addOn.goodbye();
    await homeAssistant.waitForState(PROBLEM, "unavailable");
    // Its notification shows when the first one, which lives on, would have told again.
    const witness = await automations.create("witness", "notify_on_problem.yaml", { problem: PROBLEM, patience: PATIENCE });
    await startAddOn(UNREACHABLE);
    await witness.next();
    await update(HEALTHY);
    expect((await told.next()).title).toBe("CCU: problem over");
    expect((await witness.next()).title).toBe("CCU: problem over");
    table.add("notify_on_problem: add-on restarted meanwhile", "told once, and its end");
  });

  test("the editor asks for what is needed, in words", async () => {
    await automations.createUnchanged("ccu_has_a_problem", "notify_on_problem.yaml", { problem: PROBLEM });
    await using browser = await launchBrowser();
    const page = await openHomeAssistant(browser, homeAssistant, "/config/automation/edit/ccu_has_a_problem", { width: 1000, height: 700 });
    for (const text of ["Problem", "Only if it lasts", "Notification"])
      await page.getByText(text).filter({ visible: true }).first().waitFor({ timeout: 30_000 });
    await page.waitForLoadState("networkidle");
    await picture(page, "blueprint", "blueprint");
    table.add("notify_on_problem: in the editor", "screenshot made");
  });

  test("without a choice of the user, the notification stands in Home Assistant and is replaced by the end", async () => {
    await automations.createUnchanged("unchanged", "notify_on_problem.yaml", { problem: PROBLEM, patience: PATIENCE });
    await update(UNREACHABLE);
    const { message } = await persistentNotification("unchanged", "CCU: problem");
    expect(message).toContain("What to do: Open port 8095.");
    await update(HEALTHY);
    await persistentNotification("unchanged", "CCU: problem over");
    table.add("notify_on_problem: unchanged", "one notification in Home Assistant, replaced");
  });

  test("a notification that cannot be delivered does not keep its end from being told", async () => {
    const input = { problem: PROBLEM, patience: PATIENCE };
    const told = await automations.create("undelivered", "notify_on_problem.yaml", input, [{ action: "rest_command.dead_phone" }]);
    await update(UNREACHABLE);
    expect((await told.next()).title).toBe("CCU: problem");
    await update(HEALTHY);
    expect((await told.next()).title).toBe("CCU: problem over");
    expect(homeAssistant.logText()).toMatch(/automation\.undelivered\].*Client error occurred/);
    table.add("notify_on_problem: the user's action fails", "the end is told");
  });

  test("a silent CCU is told, told again, and told when it reports again", async () => {
    const input = { age: AGE, limit: "1800", again: { seconds: 3 } };
    const told = await automations.create("silence", "remind_of_silence.yaml", input);
    await update({ last_event_age: 1_799 });
    await update({ last_event_age: 1_800 });
    const silent = {
      title: "CCU: silent",
      message: expect.stringMatching(/^No device has reported for 30 min( \d+ s)?\.\nWhat to do: Press a button/),
    };
    expect(await told.next()).toEqual(silent);
    expect(await told.next()).toEqual(silent);
    await update({ last_event_age: 0 });
    expect(await told.next()).toEqual({
      title: "CCU: reports again",
      message: expect.stringMatching(/^The devices of the CCU report again\.\nIt was silent for 30 min( \d+ s)?\.$/),
    });
    table.add("remind_of_silence: silent, again, over", `${told.all.length} notifications`);
    expect(told.all).toHaveLength(3);
  });

  test("silence names the remedy of its cause, and nothing is told while nothing is known", async () => {
    const limits = { limit: "900", again: { seconds: 1 } };
    const told = await automations.create("cause", "remind_of_silence.yaml", { age: AGE, ...limits });
    await update({ ...trouble("radio_silent", "HmIP-RF is silent.", "Restart the CCU."), last_event_age: 7_200 });
    expect((await told.next()).message).toBe("No device has reported for 2 h.\nWhat to do: Restart the CCU.");
    await addOn.goodbye();
    await homeAssistant.waitForState(AGE, "unavailable");
    const toldBefore = told.all.length;
    await passTwoReminders(limits);
    expect(told.all.length).toBe(toldBefore);
    await startAddOn();
    while ((await told.next()).title !== "CCU: reports again");
    expect(told.all.length).toBe(toldBefore + 1);
    table.add("remind_of_silence: entity unavailable meanwhile", "no reminder, but the end");
  });

  test("a high duty cycle is told with the modules, once more when it is critical, and not again while it swings", async () => {
    const told = await automations.create("radio", "notify_on_duty_cycle.yaml", { duty_cycle: DUTY_CYCLE });
    for (const percent of [79, 83]) await update(dutyCycle(percent));
    const { title, message } = await told.next();
    expect(title).toBe("CCU: duty cycle high (83 %)");
    expect(message.split("\n")).toEqual([
      "The radio has used 83 % of the sending time that it is allowed in an hour.",
      "At 100 % it must not send any more, and switches and heating do not react until the hour has passed.",
      expect.stringMatching(/^What to do: /),
      "Radio modules: RPI-RF-MOD NEQ1234567: 83 %, HmIP-HAP 001F58A98DDDAB: 3 %",
    ]);
    for (const percent of [62, 85, 96]) await update(dutyCycle(percent));
    expect((await told.next()).title).toBe("CCU: duty cycle critical (96 %)");
    for (const percent of [70, 97, 59]) await update(dutyCycle(percent));
    expect((await told.next()).title).toBe("CCU: duty cycle normal (59 %)");
    table.add("notify_on_duty_cycle: 79, 83, 62, 85, 96, 70, 97, 59 %", `${told.all.length} notifications`);
    expect(told.all).toHaveLength(3);
  });

  test("the German ones tell in German", async () => {
    const problem = await automations.create("problem_de", "notify_on_problem_de.yaml", { problem: PROBLEM, patience: PATIENCE });
    const silence = await automations.create("silence_de", "remind_of_silence_de.yaml", { age: AGE });
    const radio = await automations.create("radio_de", "notify_on_duty_cycle_de.yaml", { duty_cycle: DUTY_CYCLE });
    await update({ ...trouble("radio_silent", "HmIP-RF schweigt.", "Starten Sie die CCU neu."), ...dutyCycle(80), last_event_age: 3_600 });
    expect(await problem.next()).toEqual({
      title: "CCU: Problem",
      message: "HmIP-RF schweigt.\nWas zu tun ist: Starten Sie die CCU neu.\nSeit: 08.11.2026, 07:21 Uhr",
    });
    expect(await silence.next()).toEqual({
      title: "CCU: schweigt",
      message: "Seit 1 h hat sich kein Gerät gemeldet.\nWas zu tun ist: Starten Sie die CCU neu.",
    });
    expect((await radio.next()).title).toBe("CCU: Duty Cycle hoch (80 %)");
    await update({ ...HEALTHY, ...dutyCycle(10) });
    expect((await problem.next()).title).toBe("CCU: Problem behoben");
    expect((await silence.next()).title).toBe("CCU: meldet sich wieder");
    expect((await radio.next()).title).toBe("CCU: Duty Cycle normal (10 %)");
    table.add("the German blueprints", "each told, and its end");
  });

  test("Home Assistant's log has no complaint about a blueprint or its automations", () => {
    const complaints = homeAssistant
      .logText()
      .split("\n")
      .filter(
        (line) =>
          !line.includes("undelivered") && /\b(WARNING|ERROR|CRITICAL)\b/.test(line) && /blueprint|automation|script|template/i.test(line),
      );
    expect(complaints).toEqual([]);
  });
});
