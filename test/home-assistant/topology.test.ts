import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { AddOn } from "../peers/add-on.ts";
import { NEWEST_CORE, OLDEST_CORE } from "../peers/cores.ts";
import { eventually } from "../peers/eventually.ts";
import { HomeAssistant } from "../peers/home-assistant.ts";
import { devicesOf, entitiesOf } from "../peers/registry.ts";
import { SimulatedCcu } from "../peers/simulated-ccu.ts";
import { CheckTable } from "./check-table.ts";

const HOUSE = "SIMHOUSE01";
const SHED = "SIMSHED001";
/** Devices report within seconds. */
const REPORT_SCALE = 0.05;
/** What a CCU names last: a radio module reports it, or it is part of what is read once a while. */
const LATE = ["carrier-sense", "low-batteries", "service-messages", "unreachable-devices"];
const HEALTH_OF_HOUSE = "sensor.house_system_health";

const RegistryUpdated = z.object({ data: z.object({ action: z.string(), entity_id: z.string() }) });

/** What the user changes in the options, and what becomes of the entities; the checks build on each other. */
describe.each([OLDEST_CORE, NEWEST_CORE])("CCUs that change, on Core $version", (core) => {
  const peers = new AsyncDisposableStack();
  const table = new CheckTable(core);
  let homeAssistant: HomeAssistant;
  let house: SimulatedCcu;
  let shed: SimulatedCcu;
  let addOn: AddOn;
  let all: ReadonlyMap<string, string>;

  /** Entity ids by unique id. */
  const ids = async (): Promise<ReadonlyMap<string, string>> =>
    new Map((await entitiesOf(homeAssistant)).map((entity) => [entity.unique_id, entity.entity_id]));
  const deviceNames = async () => (await devicesOf(homeAssistant)).map(({ name }) => name).toSorted();
  const without = (part: string): ReadonlyMap<string, string> => new Map([...all].filter(([uniqueId]) => !uniqueId.startsWith(part)));
  const optionsOf = (...ccus: readonly object[]): object => ({
    ccus,
    home_assistant: { url: homeAssistant.url, token: homeAssistant.token },
  });
  const both = () => optionsOf(house.options("House"), shed.options("Shed"));
  const become = (expected: ReadonlyMap<string, string>) =>
    eventually({
      what: "the entities that are expected",
      timeoutMs: 30_000,
      ask: async () => {
        expect(await ids()).toEqual(expected);
        return true;
      },
    });
  /** Starts the add-on anew with these options and waits for the entities that then have to be there. */
  const change = async (what: string, options: object, expected: ReadonlyMap<string, string>): Promise<void> => {
    await addOn.stop();
    await addOn.start(options);
    await table.time(`${what} -> ${expected.size} entities`, async () => {
      // Only after its sync: before, the registry is as it was.
      await healthy();
      await become(expected);
    });
  };
  /** Unique ids of the entities that leave the registry from now on. */
  const watchRemovals = async () => {
    const removed: unknown[] = [];
    const end = await homeAssistant.api.subscribe("subscribe_events", { event_type: "entity_registry_updated" }, (event) => {
      const { action, entity_id } = RegistryUpdated.parse(event).data;
      if (action === "remove") removed.push(entity_id);
    });
    return { removed, [Symbol.asyncDispose]: end };
  };
  const healthy = () => homeAssistant.waitForState(HEALTH_OF_HOUSE, ({ state }) => Number.parseFloat(state) === 100, 30_000);

  beforeAll(async () => {
    homeAssistant = peers.use(await HomeAssistant.start({ core }));
    await homeAssistant.addConfigEntry("homematic_vitals");
    house = peers.use(await SimulatedCcu.start({ serial: HOUSE, reportScale: REPORT_SCALE }));
    shed = peers.use(await SimulatedCcu.start({ serial: SHED, reportScale: REPORT_SCALE }));
    addOn = peers.use(await AddOn.start(both()));
    all = await eventually({
      what: "the last entity of each CCU",
      timeoutMs: 60_000,
      ask: async () => {
        const found = await ids();
        return [HOUSE, SHED].every((serial) => LATE.every((key) => found.has(`${serial}_hub_${key}`))) ? found : undefined;
      },
    });
  });

  afterAll(async () => {
    await peers.disposeAsync();
  });

  test("every CCU and every interface is a device, an interface by way of its CCU", async () => {
    expect(await deviceNames()).toEqual([
      "Homematic Vitals",
      "House",
      "House BidCos-RF",
      "House HmIP-RF",
      "Shed",
      "Shed BidCos-RF",
      "Shed HmIP-RF",
    ]);
    const devices = await devicesOf(homeAssistant);
    const idOf = (name: string) => devices.find((device) => device.name === name)?.id;
    expect(devices.find(({ name }) => name === "Shed HmIP-RF")?.via_device_id).toBe(idOf("Shed"));
  });

  test("an interface that is removed takes its device and entities along, and gets the same ids when it returns", async () => {
    await change("interface removed", optionsOf(house.options("House", ["BidCos-RF"]), shed.options("Shed")), without(`${HOUSE}_HmIP-RF`));
    expect(await deviceNames()).not.toContain("House HmIP-RF");
    await change("interface is back", both(), all);
  });

  test("a CCU that is removed takes its devices and entities along", async () => {
    await change("CCU removed", optionsOf(house.options("House")), without(SHED));
    expect(await deviceNames()).toEqual(["Homematic Vitals", "House", "House BidCos-RF", "House HmIP-RF"]);
    await change("CCU is back", both(), all);
  });

  test("an entity that the user renamed, and a CCU with a new address or name, keep their ids", async () => {
    const renamed = "sensor.how_the_shed_is";
    await homeAssistant.call("config/entity_registry/update", { entity_id: "sensor.shed_system_health", new_entity_id: renamed });
    all = await ids();
    expect([...all.values()]).toContain(renamed);
    await using removals = await watchRemovals();
    await house[Symbol.asyncDispose]();
    house = peers.use(await SimulatedCcu.start({ serial: HOUSE, host: "127.0.0.2", reportScale: REPORT_SCALE }));
    await change("CCU with a new address", both(), all);
    await change("CCU with a new name", optionsOf(house.options("Home"), shed.options("Shed")), all);
    expect(await deviceNames()).toContain("Home HmIP-RF");
    expect(removals.removed).toEqual([]);
  });

  test("an add-on that is restored from its backup removes nothing, one that is installed anew keeps all ids", async () => {
    const backup = await mkdtemp(join(tmpdir(), "add-on-backup-"));
    try {
      await addOn.stop();
      await cp(addOn.data, backup, { recursive: true });
      {
        await using removals = await watchRemovals();
        await using restored = await AddOn.start(both(), { data: backup });
        await table.time(`restored from a backup -> ${all.size} entities`, async () => {
          await healthy();
        });
        expect(await ids()).toEqual(all);
        expect(removals.removed).toEqual([]);
        await restored.stop();
      }
      await using anew = await AddOn.start(both());
      await table.time(`installed anew -> ${all.size} entities`, async () => {
        await healthy();
        await become(all);
      });
      await anew.stop();
    } finally {
      await rm(backup, { recursive: true, force: true });
    }
  });

  test("nobody complained", () => {
    expect(homeAssistant.complaints()).toEqual([]);
    expect(addOn.process.output).not.toMatch(/ ERROR |unexpected|unhandled/i);
  });
});
