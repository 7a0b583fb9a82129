import { describe, expect, test, vi } from "vitest";
import { InterfaceSignals } from "../../../src/central/interface-signals.ts";
import { ManualClock } from "../../support/manual-clock.ts";

function setUp({ settling = false }: { settling?: boolean } = {}) {
  const clock = new ManualClock();
  const state = { settling };
  const onChange = vi.fn();
  const signals = new InterfaceSignals({
    clock,
    isSettling: () => state.settling,
    nameOfDevice: (address) => address,
    remembered: [],
    isGone: () => false,
    onChange,
  });
  signals.modulesListed([{ address: "NEQ1", type: null, description: null, isDefault: true, connected: true, dutyCycle: 1 }]);
  signals.messagesListed([]);
  onChange.mockClear();
  const reports = (address: string, parameter: string, value: unknown): boolean => signals.eventReceived({ address, parameter, value });
  return { clock, signals, state, onChange, reports };
}

describe("an event shows that a device has reported", () => {
  test.each<[string, string, string, unknown, { settling: boolean; fromDevice: boolean }]>([
    ["a value", "A:1", "STATE", true, { settling: true, fromDevice: true }],
    ["a battery that gets weak", "A:0", "LOW_BAT", true, { settling: false, fromDevice: true }],
    ["a battery that was changed", "A:0", "LOWBAT", false, { settling: true, fromDevice: true }],
    ["a device that is back", "A:0", "UNREACH", false, { settling: true, fromDevice: true }],
    ["the flag of a device", "A:0", "DUTY_CYCLE", false, { settling: true, fromDevice: true }],
    ["the CCU about a device that does not answer", "A:0", "UNREACH", true, { settling: false, fromDevice: false }],
    ["the CCU about one that did not", "A:0", "STICKY_UNREACH", true, { settling: false, fromDevice: false }],
    ["a service message repeated after a registration", "A:0", "LOWBAT", true, { settling: true, fromDevice: false }],
    ["one more", "A:0", "CONFIG_PENDING", true, { settling: true, fromDevice: false }],
    ["the CCU about its own radio module", "NEQ1", "DUTY_CYCLE", 80, { settling: false, fromDevice: false }],
    ["a radio module about itself", "A:0", "DUTY_CYCLE_LEVEL", 12.5, { settling: false, fromDevice: false }],
    ["a virtual key of rfd", "BidCoS-RF:7", "PRESS_SHORT", true, { settling: false, fromDevice: false }],
    ["a virtual key of hs485d", "BidCoS-Wir:7", "PRESS_SHORT", true, { settling: false, fromDevice: false }],
    ["a virtual key of HMIPServer", "HmIP-RCV-1:12", "PRESS_LONG", true, { settling: false, fromDevice: false }],
    ["an access point about its channel", "A:0", "CARRIER_SENSE_LEVEL", 3, { settling: false, fromDevice: false }],
  ])("%s", (_name, address, parameter, value, { settling, fromDevice }) => {
    const { reports, signals } = setUp({ settling });
    expect(reports(address, parameter, value)).toBe(fromDevice);
    expect(signals.lastEventMs !== null).toBe(fromDevice);
  });
});

describe("InterfaceSignals", () => {
  test("takes what events say about levels and devices", () => {
    const { reports, signals, onChange } = setUp();
    reports("NEQ1", "DUTY_CYCLE", 80);
    reports("A:0", "CARRIER_SENSE_LEVEL", 4);
    reports("A:0", "UNREACH", true);
    expect([signals.radio.dutyCycle?.value, signals.radio.carrierSense?.value, signals.services.unreachableDevices?.value]).toEqual([
      80, 4, 1,
    ]);
    expect(onChange).toHaveBeenCalledTimes(3);
  });

  test("says nothing of a change when there is none", () => {
    const { reports, onChange } = setUp();
    reports("A:1", "STATE", true);
    reports("A:0", "UNREACH", false);
    reports("A:0", "DUTY_CYCLE", true);
    reports("A:0", "DUTY_CYCLE_LEVEL", "much");
    expect(onChange).not.toHaveBeenCalled();
  });

  test("counts what devices report, not what the CCU adds", () => {
    const { clock, reports, signals } = setUp();
    signals.rate.start();
    for (let index = 0; index < 10; index += 1) reports("A:1", "STATE", true);
    reports("A:0", "UNREACH", true);
    clock.advance(60_000);
    expect(signals.rate.perMinute()).toBe(10);
  });
});
