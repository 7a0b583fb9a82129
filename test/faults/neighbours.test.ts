import { describe, expect, test } from "vitest";
import { INTERFACE_NAMES } from "../../src/config.ts";
import { FakeResolver, type Resolution } from "../support/fake-resolver.ts";
import type { Watched } from "../unit/app/watched.ts";
import { World } from "../unit/app/world.ts";
import { CCU_ADDRESS } from "./fault.ts";
import { CALL_FAULTS, EVENT_FAULTS } from "./faults.ts";

const HOUSE = "house.test";
const HUT = "hut.test";
/** Long enough for every kind of attempt to pile up. */
const LASTS_MS = 90_000;
const ROUND_MS = 5_000;
/** The clock of the test goes on in steps of so much. */
const STEP_MS = 100;

/** What makes others wait, beside what any fault does. */
const FAULTS = [...CALL_FAULTS, ...EVENT_FAULTS].filter(({ name }) =>
  ["refuse", "hang", "slowAnswers", "halfOpen", "boot", "callbacksRefused", "stall", "pingWithoutPong"].includes(name),
);

async function houseAndHut(
  world: World,
  resolver: FakeResolver,
  timing: "steady" | "start",
  fault: (hut: Watched["ccu"]) => Promise<unknown>,
) {
  resolver.set(HOUSE, CCU_ADDRESS);
  resolver.set(HUT, CCU_ADDRESS);
  const hut = await world.watch({
    name: "Hut",
    host: HUT,
    interfaces: INTERFACE_NAMES,
    simulator: { serial: "SIM0000002", interfaces: INTERFACE_NAMES.map((name) => ({ name })) },
    ...(timing === "start" && { prepare: fault }),
  });
  const house = await world.watch({ name: "House", host: HOUSE, interfaces: ["HmIP-RF", "BidCos-RF"] });
  await world.until(() => house.isWell && house.cause() === "none", 2_000);
  if (timing === "steady") {
    await world.until(() => hut.isWell);
    await fault(hut.ccu);
  }
  return { house, hut };
}

/** Each event arrives at once, each PONG comes at once, and nothing is said about the house. */
async function expectUndisturbed(world: World, house: Watched, hut: Watched): Promise<void> {
  const toldBefore = house.told.length;
  const pingsBefore = house.calls("ping");
  for (let passedMs = 0; passedMs < LASTS_MS; passedMs += ROUND_MS) {
    house.report(passedMs);
    await world.until(() => house.ageSeconds === 0, STEP_MS);
    await world.pass(ROUND_MS, STEP_MS);
    expect([house.health, house.isWell, house.latencyMs]).toEqual([100, true, 0]);
  }
  expect(hut.isWell).toBe(false);
  expect(house.calls("ping") - pingsBefore).toBe(LASTS_MS / 15_000);
  const told = house.told.slice(toldBefore);
  expect(told.filter(({ event, problems }) => event !== undefined || problems?.length)).toEqual([]);
  expect(told.flatMap(({ values }) => values?.cause ?? []).filter((cause) => typeof cause !== "object" || cause?.value !== "none")).toEqual(
    [],
  );
  expect(await world.finish(house.central.stop())).toBeLessThanOrEqual(STEP_MS);
  expect(house.ccu.interfaces.flatMap(({ clients }) => clients)).toEqual([]);
}

describe.each(["steady", "start"] as const)("%s: a CCU is not disturbed by another one", (timing) => {
  test.each(FAULTS.map((fault) => [fault.name, fault] as const))("%s", async (_name, { begin }) => {
    using resolver = new FakeResolver();
    await using world = await World.open();
    const { house, hut } = await houseAndHut(world, resolver, timing, (ccu) =>
      Promise.all(ccu.interfaces.map((simulated) => begin({ simulated, resolver }))),
    );
    await expectUndisturbed(world, house, hut);
  });

  test.each<Resolution>(["silent", "unknown", "224.0.0.1"])("whose name is %s", async (resolution) => {
    using resolver = new FakeResolver();
    await using world = await World.open();
    const { house, hut } = await houseAndHut(world, resolver, timing, async () => resolver.set(HUT, resolution));
    await expectUndisturbed(world, house, hut);
    expect(resolver.pending).toBeLessThanOrEqual(1);
    resolver.set(HUT, CCU_ADDRESS);
    await world.until(() => hut.isWell && hut.cause() === "none", 30_000);
  });
});
