import { describe, expect, test } from "vitest";
import { AppStatusSource } from "../../../src/app-status.ts";
import { subscription } from "../../../src/base/subscription.ts";
import { ManualClock } from "../../support/manual-clock.ts";

const never = () => subscription(() => {});

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
    callback: { host: "192.168.178.30", port: 8095, counters: () => ({}) },
    clock: new ManualClock(),
  });
  return source.status().companion?.state ?? null;
}

describe("AppStatusSource", () => {
  test("offers the integration only to those who do not publish over MQTT", () => {
    expect(([null, "companion", "mqtt"] as const).map(companionWhilePublishingBy)).toEqual(["absent", "absent", null]);
  });
});
