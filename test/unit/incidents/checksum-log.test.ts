import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ChecksumLog } from "../../../src/incidents/checksum-log.ts";

describe("ChecksumLog", () => {
  let folder: string;
  let path: string;
  const warnings: string[] = [];
  const quiet = (): void => {};
  const logger = { debug: quiet, info: quiet, error: quiet, warn: (_: unknown, text?: string) => void warnings.push(text ?? String(_)) };
  const open = (): ChecksumLog => new ChecksumLog({ path, logger });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "incidents-"));
    path = join(folder, "data", "incidents.log");
    warnings.length = 0;
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test("gives back what was written, in order", () => {
    const log = open();
    log.append({ n: 1, text: "Küche\n☂" });
    log.append({ n: 2 });
    expect(open().read()).toEqual([{ n: 1, text: "Küche\n☂" }, { n: 2 }]);
    expect(log.size()).toBeGreaterThan(0);
  });

  test("without a file there is nothing to read, and nothing to complain about", () => {
    expect([open().read(), open().size(), warnings]).toEqual([[], 0, []]);
  });

  test("a write torn at any byte costs the last line only, and the next one is whole again", () => {
    const log = open();
    log.append({ n: 1 });
    const before = log.size();
    log.append({ n: 2, text: "torn" });
    const whole = readFileSync(path);
    for (let length = before; length < whole.length; length += 1) {
      writeFileSync(path, whole);
      truncateSync(path, length);
      const next = open();
      // All that is missing of the last byte is the end of the line.
      expect(next.read()).toEqual(length === whole.length - 1 ? [{ n: 1 }, { n: 2, text: "torn" }] : [{ n: 1 }]);
      next.append({ n: 3 });
      expect(open().read().at(-1)).toEqual({ n: 3 });
    }
  });

  test("spoiled bytes cost the lines they are in", () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 255 }), (place, change) => {
        rmSync(path, { force: true });
        const log = open();
        for (let n = 0; n < 5; n += 1) log.append({ n });
        const bytes = readFileSync(path);
        const at = place % bytes.length;
        bytes[at] = (bytes[at] ?? 0) ^ change;
        writeFileSync(path, bytes);
        const read = open().read();
        // A spoiled end of a line costs that line and the next.
        expect(read.length).toBeGreaterThanOrEqual(3);
        for (const value of read) expect([0, 1, 2, 3, 4].map((n) => ({ n }))).toContainEqual(value);
      }),
      { numRuns: 50 },
    );
  });

  test("is replaced as a whole", () => {
    const log = open();
    log.append({ n: 1 });
    log.rewrite([{ n: 2 }, { n: 3 }]);
    log.append({ n: 4 });
    expect(open().read()).toEqual([{ n: 2 }, { n: 3 }, { n: 4 }]);
  });

  test("a folder that cannot be written is told once and stops nobody", () => {
    mkdirSync(path, { recursive: true });
    const log = open();
    log.append({ n: 1 });
    log.append({ n: 2 });
    log.rewrite([]);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain("make room or check the permissions");
  });
});
