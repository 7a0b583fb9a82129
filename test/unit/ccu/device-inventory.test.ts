import { expect, test } from "vitest";
import { DeviceInventory } from "../../../src/ccu/device-inventory.ts";

test("the keys of the CCU itself are counted with the devices that it has taught in, but not listed as devices that report", () => {
  const inventory = new DeviceInventory();
  inventory.add([
    { ADDRESS: "HmIP-RCV-1", TYPE: "HmIP-RCV-50" },
    { ADDRESS: "BidCoS-RF", TYPE: "HM-RCV-50" },
    { ADDRESS: "0001D3C99C0001", TYPE: "HmIP-PSM-2" },
    { ADDRESS: "0001D3C99C0001:1", TYPE: "SWITCH" },
    { ADDRESS: "NEQ1234567" },
  ]);
  expect(inventory.deviceCount).toBe(4);
  expect(inventory.devices).toEqual(["0001D3C99C0001", "NEQ1234567"]);
});

test("nothing is lacking before the interface has told its devices", () => {
  const inventory = new DeviceInventory();
  expect(inventory.lacks("NEQ1234567")).toBe(false);
  inventory.add([{ ADDRESS: "0001D3C99C0001" }]);
  expect([inventory.lacks("0001D3C99C0001"), inventory.lacks("NEQ1234567")]).toEqual([false, true]);
});
