import { describe, expect, test } from "vitest";
import type { RecoveryStep } from "../../../src/central/recovery-progress.ts";
import type { SimulatedFaults } from "../../../src/simulator/index.ts";
import { FakeResolver, type Resolution } from "../../support/fake-resolver.ts";
import type { Watched } from "./watched.ts";
import { World } from "./world.ts";

const linkOf = ({ central }: Watched) => central.links[0];
const stepOf = (watched: Watched): RecoveryStep | undefined => linkOf(watched)?.progress.step;

describe("the way back is visible", () => {
  test.each<[Partial<SimulatedFaults>, RecoveryStep]>([
    [{ mode: "refuse" }, "connection"],
    [{ mode: "hang" }, "http"],
    [{ mode: "unauthorized" }, "http"],
    [{ mode: "boot" }, "http"],
    [{ answers: "garbage" }, "rpc"],
    [{ initRejected: true }, "registration"],
    [{ callbacks: "refused" }, "first_pong"],
    [{ initWithoutEvents: true }, "first_pong"],
  ])("%j is stuck at %s, since when and until the next attempt, and gets through all steps afterwards", async (faults, step) => {
    await using world = await World.open();
    const watched = await world.watch({ prepare: (ccu) => ccu.interface("HmIP-RF").set(faults) });
    await world.until(() => stepOf(watched) === step && watched.state() === "waiting", 60_000);
    const sinceMs = linkOf(watched)?.progress.sinceMs;
    await world.pass(90_000, 1_000);
    expect([stepOf(watched), linkOf(watched)?.progress.sinceMs]).toEqual([step, sinceMs]);
    await world.until(() => watched.state() === "waiting" && (linkOf(watched)?.client.nextAttemptAtMs ?? null) !== null, 60_000);

    await watched.set({ mode: "normal", answers: "whole", initRejected: false, callbacks: "arrive", initWithoutEvents: false });
    await world.until(() => stepOf(watched) === "done", 90_000);
    expect([watched.state(), watched.deviceCount() > 0]).toEqual(["connected", true]);
    expect(linkOf(watched)?.client.nextAttemptAtMs).toBeNull();
  });

  test.each<Resolution>(["unknown", "silent"])(
    "a name that is %s is the first step, and stays it although the CCU is there",
    async (resolution) => {
      using resolver = new FakeResolver();
      resolver.set("ccu.test", "127.0.0.1");
      await using world = await World.open();
      const watched = await world.watch({ host: "ccu.test" });
      await world.until(() => stepOf(watched) === "done");
      resolver.set("ccu.test", resolution);
      await world.until(() => stepOf(watched) === "name_resolution", 26_000);
      await world.pass(60_000, 1_000);
      expect([stepOf(watched), watched.cause()]).toEqual(["name_resolution", "dns_failed"]);
      resolver.set("ccu.test", "127.0.0.1");
      await world.until(() => stepOf(watched) === "done", 30_000);
    },
  );

  test("attempts of several interfaces do not keep step: each waits for a time of its own", async () => {
    await using world = await World.open();
    const watched = await world.watch({ interfaces: ["HmIP-RF", "BidCos-RF", "BidCos-Wired", "VirtualDevices"] });
    await world.until(() => watched.isWell);
    await watched.ccu.set({ mode: "refuse" });
    await world.until(() => watched.central.links.every(({ name }) => watched.state(name) === "waiting"), 26_000);
    await world.pass(60_000);
    const waits = watched.central.links.map(({ client }) => client.nextAttemptAtMs);
    expect(new Set(waits).size).toBe(waits.length);
  });
});
