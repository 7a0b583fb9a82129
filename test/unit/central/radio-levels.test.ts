import { describe, expect, test } from "vitest";
import type { RadioModule } from "../../../src/ccu/radio-modules.ts";
import { RadioLevels } from "../../../src/central/radio-levels.ts";
import { ManualClock } from "../../support/manual-clock.ts";

const OWN: RadioModule = { address: "NEQ1", type: "CCU2", description: null, isDefault: true, connected: true, dutyCycle: 6 };
const GATEWAY: RadioModule = { ...OWN, address: "MEQ2", type: "HMLGW2", description: "Gateway Küche", isDefault: false, dutyCycle: 20 };

function setUp() {
  const clock = new ManualClock();
  const levels = new RadioLevels({ clock, nameOfDevice: (address) => `HmIP-HAP ${address}` });
  return { clock, levels };
}

describe("RadioLevels", () => {
  test("what no module ever had is absent", () => {
    const { levels } = setUp();
    levels.modulesListed([{ ...OWN, dutyCycle: null }]);
    expect([levels.dutyCycle, levels.carrierSense]).toEqual([undefined, undefined]);
  });

  test("the highest module counts, each is listed by name", () => {
    const { levels } = setUp();
    levels.modulesListed([OWN, GATEWAY]);
    expect(levels.dutyCycle).toEqual({ value: 20, list: ["CCU2 NEQ1: 6 %", "Gateway Küche MEQ2: 20 %"] });
    expect(levels.carrierSense).toBeUndefined();
  });

  test("each module is told by itself, with what is known of it", () => {
    const { clock, levels } = setUp();
    levels.modulesListed([{ ...OWN, description: "Attic", connected: false }]);
    levels.levelReported({ address: "HAP3:0", level: "carrierSense", value: 7 });
    const own = { address: "NEQ1", name: "Attic", connected: false, dutyCycle: 6, carrierSense: null };
    expect(levels.modules).toEqual([own, { address: "HAP3", name: null, connected: null, dutyCycle: null, carrierSense: 7 }]);
    expect(levels.trendsOf("HAP3")).toEqual({ dutyCycleTrend: null, carrierSenseTrend: null });
    clock.advance(900_001);
    expect(levels.modules).toEqual([{ ...own, dutyCycle: null }]);
  });

  test("what reports under an address that is too long to be one is none", () => {
    const { levels } = setUp();
    expect(levels.levelReported({ address: `${"x".repeat(65)}:0`, level: "dutyCycle", value: 7 })).toBe("no_level");
    expect(levels.modules).toEqual([]);
  });

  test("each has a trend of its own, whichever source told the level; of all counts the one that reaches the limit first", () => {
    const { clock, levels } = setUp();
    for (let minute = 0; minute <= 20; minute += 1) {
      levels.modulesListed([
        { ...OWN, dutyCycle: 60 },
        { ...GATEWAY, dutyCycle: 90 - minute },
      ]);
      levels.moduleReported({ address: "NEQ1", value: 60 });
      levels.levelReported({ address: "HAP3:0", level: "dutyCycle", value: 10 + 2 * minute });
      levels.levelReported({ address: "HAP3:0", level: "carrierSense", value: 10 + minute });
      clock.advance(60_000);
    }
    const trends = levels.modules.map(({ address }) => {
      const { dutyCycleTrend, carrierSenseTrend } = levels.trendsOf(address);
      return [
        address,
        dutyCycleTrend && Math.round(dutyCycleTrend.percentPerHour),
        dutyCycleTrend?.minutesToLimit ?? null,
        carrierSenseTrend && Math.round(carrierSenseTrend.percentPerHour),
      ];
    });
    expect(trends).toEqual([
      ["NEQ1", 0, null, null],
      ["MEQ2", -60, null, null],
      ["HAP3", 120, expect.closeTo(25), 60],
    ]);
    expect(levels.dutyCycleTrend?.percentPerHour).toBeCloseTo(120);
  });

  test("the CCU's own HmIP module, which is listed as a module and reports as a device, is one", () => {
    const { levels } = setUp();
    levels.modulesListed([{ ...OWN, address: "3014F711A0001F5A49932B05", dutyCycle: 4 }]);
    levels.levelReported({ address: "001F5A49932B05:0", level: "dutyCycle", value: 4.5 });
    levels.levelReported({ address: "001F5A49932B05:0", level: "carrierSense", value: 2 });
    expect(levels.modules).toMatchObject([{ address: "3014F711A0001F5A49932B05", connected: true, dutyCycle: 4.5, carrierSense: 2 }]);
  });

  test("a module that is no longer listed no longer counts", () => {
    const { levels } = setUp();
    levels.modulesListed([OWN, GATEWAY]);
    levels.modulesListed([OWN]);
    expect(levels.dutyCycle?.value).toBe(6);
  });

  test("a threshold event of a listed module counts; one of anything else is not about a module", () => {
    const { levels } = setUp();
    levels.modulesListed([OWN]);
    expect(levels.moduleReported({ address: "NEQ1", value: 90 })).toBe("changed");
    expect(levels.dutyCycle?.value).toBe(90);
    expect(levels.moduleReported({ address: "0001D3C99C6F0A:0", value: true })).toBe("no_level");
    expect(levels.moduleReported({ address: "XYZ", value: 90 })).toBe("no_level");
    expect(levels.moduleReported({ address: "NEQ1", value: -1 })).toBe("no_level");
    expect(levels.dutyCycle?.value).toBe(90);
  });

  test("access points report both levels on their own", () => {
    const { levels } = setUp();
    levels.modulesListed([OWN]);
    levels.levelReported({ address: "0003:0", level: "dutyCycle", value: 11.5 });
    levels.levelReported({ address: "0003:0", level: "carrierSense", value: 3 });
    expect(levels.levelReported({ address: "0003:0", level: "carrierSense", value: "high" })).toBe("no_level");
    expect(levels.dutyCycle).toEqual({ value: 11.5, list: ["CCU2 NEQ1: 6 %", "HmIP-HAP 0003: 12 %"] });
    expect(levels.carrierSense).toEqual({ value: 3, list: ["HmIP-HAP 0003: 3 %"] });
  });

  test("a level that is told once more is news only where it was no longer known", () => {
    const { levels, clock } = setUp();
    const report = (value: number) => levels.levelReported({ address: "HAP3:0", level: "carrierSense", value });
    expect([report(7), report(7), report(8)]).toEqual(["changed", "repeated", "changed"]);
    clock.advance(900_001);
    expect(report(8)).toBe("changed");
  });

  test("a level that is told once more is news where it ends a warning of a module that fell silent", () => {
    const { levels, clock } = setUp();
    levels.levelReported({ address: "HAP3:0", level: "dutyCycle", value: 90 });
    clock.advance(900_000);
    levels.levelReported({ address: "HAP4:0", level: "dutyCycle", value: 10 });
    expect(levels.dutyCycleHigh).toBe(true);
    clock.advance(1);
    expect(levels.levelReported({ address: "HAP4:0", level: "dutyCycle", value: 10 })).toBe("changed");
    expect(levels.dutyCycleHigh).toBe(false);
  });

  test("what was not confirmed for 15 min is unknown, not gone", () => {
    const { levels, clock } = setUp();
    levels.modulesListed([OWN]);
    clock.advance(900_001);
    expect(levels.dutyCycle).toEqual({ value: null, list: [] });
  });

  test("high from 80 % on, normal below 70 %; unknown changes nothing", () => {
    const { levels, clock } = setUp();
    const high = [79, 80, 75, 70, 69, 75, 99].map((dutyCycle) => {
      levels.modulesListed([{ ...OWN, dutyCycle }]);
      return levels.dutyCycleHigh;
    });
    expect(high).toEqual([false, true, true, true, false, false, true]);
    clock.advance(900_001);
    levels.modulesListed([{ ...OWN, dutyCycle: null }]);
    expect([levels.dutyCycleHigh, levels.carrierSenseHigh]).toEqual([true, false]);
  });

  test("one module that is high keeps all of them high", () => {
    const { levels } = setUp();
    levels.modulesListed([OWN, { ...GATEWAY, dutyCycle: 85 }]);
    levels.moduleReported({ address: "NEQ1", value: 5 });
    expect(levels.dutyCycleHigh).toBe(true);
  });

  test("modules without connection are named", () => {
    const { levels } = setUp();
    levels.modulesListed([OWN, { ...GATEWAY, connected: false }]);
    expect(levels.disconnectedGateways).toEqual(["Gateway Küche MEQ2"]);
  });

  test("however many report, only so many are kept", () => {
    const { levels } = setUp();
    for (let index = 0; index < 1_000; index += 1) levels.levelReported({ address: `A${index}:0`, level: "dutyCycle", value: 1 });
    expect(levels.dutyCycle?.list).toHaveLength(64);
  });
});
