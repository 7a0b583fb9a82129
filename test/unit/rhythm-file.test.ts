import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { InterfaceRhythm } from "../../src/central/link-ports.ts";
import { RadioRhythm } from "../../src/diagnosis/radio-rhythm.ts";
import { RhythmFile } from "../../src/rhythm-file.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { RecordingLogger } from "./ccu/recording-logger.ts";

let folder: string;
let path: string;
let logger: RecordingLogger;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "vitals-rhythms-"));
  path = join(folder, "data", "rhythms.json");
  logger = new RecordingLogger();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const clock = new ManualClock();
const open = () => new RhythmFile({ path, clock, logger });
/** Lets what is remembered be written. */
const written = (): void => clock.advance(1_000);
const days = () => {
  const rhythm = new RadioRhythm();
  for (let hour = 1; hour < 400; hour += 1) rhythm.silenceEnded({ sinceMs: (hour - 1) * 3_600_000, atMs: hour * 3_600_000 });
  return rhythm.remembered();
};
const rhythm = (): InterfaceRhythm => ({ days: days(), devices: [["0001D3C99C0001", 1_764_395_115_123, 184_000, 86_400_000]] });
const NOTHING: InterfaceRhythm = { days: [], devices: [] };

describe("RhythmFile", () => {
  test("keeps what each interface of each CCU has learned, in a file that stays small", () => {
    const first = open();
    const [house, hut] = [first.ofCcu("House"), first.ofCcu("Hut")];
    house.remember(new Map([["HmIP-RF", rhythm()]]));
    hut.remember(new Map([["BidCos-RF", rhythm()]]));
    house.remember(new Map([["BidCos-RF", rhythm()]]));
    written();
    const second = open().ofCcu("House");
    expect(second.read("HmIP-RF")).toEqual(rhythm());
    expect(second.read("BidCos-RF")).toEqual(rhythm());
    expect([second.read("VirtualDevices"), open().ofCcu("nobody").read("HmIP-RF")]).toEqual([NOTHING, NOTHING]);
    expect(statSync(path).size).toBeLessThan(3 * 4_000);
    expect(statSync(path).mode & 0o077).toBe(0);
    expect(logger.lines).toEqual([]);
  });

  test("forgets CCUs that are no longer configured", () => {
    open()
      .ofCcu("Old")
      .remember(new Map([["HmIP-RF", rhythm()]]));
    written();
    open().ofCcu("New").remember(new Map());
    written();
    expect(open().ofCcu("Old").read("HmIP-RF")).toEqual(NOTHING);
  });

  test.each([
    "",
    "{",
    '{"version":2,"ccus":{"House":{"HmIP-RF":[{"day":1,"longestMs":[1]}]}}}',
    JSON.stringify({ House: { "HmIP-RF": days() } }),
    "[]",
  ])("a file with %j costs what was learned and one warning", (text) => {
    mkdirSync(join(folder, "data"));
    writeFileSync(path, text);
    const house = open().ofCcu("House");
    expect([house.read("HmIP-RF"), house.read("BidCos-RF"), logger.lines.length]).toEqual([NOTHING, NOTHING, 1]);
    expect(logger.lines.join()).not.toContain("\n");
    house.remember(new Map([["HmIP-RF", rhythm()]]));
    written();
    expect(open().ofCcu("House").read("HmIP-RF")).toEqual(rhythm());
  });

  test.each([
    ["written before single devices were remembered", days()],
    ["with devices that make no sense", { days: days(), devices: [["0001D3C99C0001", "yesterday"]] }],
  ])("of a file %s the days are still known", (_, known) => {
    mkdirSync(join(folder, "data"));
    writeFileSync(path, JSON.stringify({ version: 2, ccus: { House: { "HmIP-RF": known } } }));
    expect(open().ofCcu("House").read("HmIP-RF")).toEqual({ days: days(), devices: [] });
    expect(logger.lines).toEqual([]);
  });

  test("a fleet that remembers at the same time has the file written once, and at the end at once", () => {
    const file = open();
    const stores = Array.from({ length: 100 }, (_, n) => file.ofCcu(`Site ${n}`));
    for (const store of stores) store.remember(new Map([["HmIP-RF", NOTHING]]));
    expect(existsSync(path)).toBe(false);
    written();
    const { ino } = statSync(path);
    clock.advance(3_600_000);
    expect(statSync(path).ino).toBe(ino);
    stores[7]?.remember(new Map([["HmIP-RF", rhythm()]]));
    file[Symbol.dispose]();
    expect(open().ofCcu("Site 7").read("HmIP-RF")).toEqual(rhythm());
    expect(clock.pendingTimers).toBe(0);
    rmSync(path);
    file[Symbol.dispose]();
    expect(existsSync(path)).toBe(false);
  });

  test("a folder that cannot be written is told once and stops nobody", () => {
    writeFileSync(join(folder, "data"), "a file in the way");
    const house = open().ofCcu("House");
    for (let n = 0; n < 2; n += 1) {
      house.remember(new Map([["HmIP-RF", rhythm()]]));
      written();
    }
    expect(house.read("HmIP-RF")).toEqual(rhythm());
    expect(logger.lines.filter((line) => line.includes("cannot be written"))).toHaveLength(1);
  });
});
