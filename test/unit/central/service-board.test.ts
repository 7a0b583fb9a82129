import { describe, expect, test } from "vitest";
import { ServiceBoard } from "../../../src/central/service-board.ts";
import { ManualClock } from "../../support/manual-clock.ts";

function setUp() {
  const clock = new ManualClock();
  const board = new ServiceBoard({ clock, nameOfDevice: (address) => (address === "A" ? "HmIP-SWDO A" : address) });
  const report = (address: string, parameter: string, value: unknown): boolean => board.messageReported({ address, parameter, value });
  return { clock, board, report };
}

describe("ServiceBoard", () => {
  test("is absent until it was listed once: events alone do not tell what was before", () => {
    const { board, report } = setUp();
    expect(report("A:0", "UNREACH", true)).toBe(false);
    expect([board.serviceMessages, board.unreachableDevices, board.lowBatteries]).toEqual([undefined, undefined, undefined]);
    board.messagesListed([]);
    expect(board.serviceMessages).toEqual({ value: 0, list: [] });
  });

  test("counts messages, and devices once whatever they have", () => {
    const { board } = setUp();
    board.messagesListed([
      { address: "A:0", parameter: "UNREACH" },
      { address: "A:0", parameter: "STICKY_UNREACH" },
      { address: "B:0", parameter: "LOWBAT" },
      { address: "A:0", parameter: "LOW_BAT" },
      { address: "A:1", parameter: "LOW_BAT" },
    ]);
    expect(board.serviceMessages).toMatchObject({ value: 5, list: expect.arrayContaining(["HmIP-SWDO A UNREACH", "B LOWBAT"]) });
    expect(board.unreachableDevices).toEqual({ value: 1, list: ["HmIP-SWDO A"] });
    expect(board.lowBatteries).toEqual({ value: 2, list: ["B", "HmIP-SWDO A"] });
  });

  test("events add and take away, and say whether they changed anything", () => {
    const { board, report } = setUp();
    board.messagesListed([{ address: "A:0", parameter: "UNREACH" }]);
    expect(report("A:0", "UNREACH", true)).toBe(false);
    expect(report("B:0", "UNREACH", true)).toBe(true);
    expect(board.unreachableDevices?.value).toBe(2);
    expect(report("A:0", "UNREACH", false)).toBe(true);
    expect(report("A:0", "UNREACH", 0)).toBe(false);
    expect(board.unreachableDevices?.list).toEqual(["B"]);
  });

  test("a new list replaces what was", () => {
    const { board } = setUp();
    board.messagesListed([{ address: "A:0", parameter: "UNREACH" }]);
    board.messagesListed([{ address: "B:0", parameter: "LOWBAT" }]);
    expect(board.serviceMessages?.list).toEqual(["B LOWBAT"]);
  });

  test("what was not listed for 15 min is unknown", () => {
    const { board, clock } = setUp();
    board.messagesListed([{ address: "A:0", parameter: "UNREACH" }]);
    clock.advance(899_999);
    expect(board.unreachableDevices?.value).toBe(1);
    clock.advance(1);
    expect(board.unreachableDevices).toEqual({ value: null, list: [] });
  });

  test("however many there are, only so many are kept, and fewer listed", () => {
    const { board } = setUp();
    board.messagesListed(Array.from({ length: 5_000 }, (_each, index) => ({ address: `D${index}:0`, parameter: "UNREACH" })));
    expect(board.unreachableDevices?.value).toBe(1_000);
    expect(board.unreachableDevices?.list).toHaveLength(100);
  });
});
