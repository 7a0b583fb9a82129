import { describe, expect, test } from "vitest";
import { AppStatusSource } from "../../../src/app-status.ts";
import { subscription } from "../../../src/base/subscription.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { World } from "./world.ts";

const never = () => subscription(() => {});

const callback = { host: "192.168.178.30", port: 8095, counters: () => ({}) };

function companionWhilePublishingBy(route: "companion" | "mqtt" | null) {
  const versions = { bundled: "1.2.3", installed: null, running: null };
  const companion = {
    state: "absent",
    message: { en: "", de: "" },
    hint: null,
    step: null,
    canInstall: true,
    versions,
    sinceMs: 0,
  } as const;
  const source = new AppStatusSource({
    version: "1.2.3",
    demo: false,
    inHomeAssistant: false,
    centrals: [],
    homeAssistant: { status: () => ({ state: "publishing", route, sinceMs: 0, message: null }), onChange: never },
    companion: { status: () => companion, onChange: never },
    callback,
    clock: new ManualClock(),
  });
  return source.status().companion?.state ?? null;
}

describe("AppStatusSource", () => {
  test("offers the integration only to those who do not publish over MQTT", () => {
    expect(([null, "companion", "mqtt"] as const).map(companionWhilePublishingBy)).toEqual(["absent", "absent", null]);
  });

  test("has the same figures for Prometheus and the charts as for the page", async () => {
    await using world = await World.open();
    const watched = await world.watch({ interfaces: ["HmIP-RF", "BidCos-RF"] });
    await world.until(() => watched.isWell);
    await world.pass(120_000, 1_000);
    await watched.set({ mode: "refuse" });
    await world.pass(60_000, 1_000);
    const parts = {
      version: "1",
      demo: false,
      inHomeAssistant: false,
      centrals: [watched.central],
      homeAssistant: null,
      companion: null,
      callback,
    };
    const source = new AppStatusSource({ ...parts, clock: world.clock });
    const [status] = source.status().ccus;
    const [figures] = source.figures().ccus;
    const { metrics, ...rest } = figures ?? expect.fail("no figures");
    expect(rest.interfaces).toHaveLength(2);
    expect(rest.cause).not.toBeNull();
    expect(status).toMatchObject(rest);
    expect(metrics.latency.size).toBeGreaterThan(2);
    for (const kind of ["latency", "counters", "gauges"] as const) expect(Object.fromEntries(metrics[kind])).toEqual(status?.metrics[kind]);
  });
});
