import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { describe, expect, test } from "vitest";

const SRC = resolve(import.meta.dirname, "../../src");
/** A folder may import from itself and from folders with a lower number. */
const LAYERS: Readonly<Record<string, number>> = {
  base: 0,
  events: 1,
  xmlrpc: 1,
  config: 1,
  metrics: 2,
  diagnosis: 2,
  incidents: 2,
  ccu: 3,
  hub: 3,
  central: 4,
  homeassistant: 4,
  web: 4,
  simulator: 4,
};
const COMPOSITION = 5;

const files = readdirSync(SRC, { recursive: true, encoding: "utf8" }).filter((file) => /\.ts$/.test(file) && !file.endsWith(".d.ts"));

function room(file: string): string {
  const [first = ""] = file.split(sep);
  return first.replace(/\.ts$/, "");
}

function importsOf(file: string): readonly string[] {
  const source = readFileSync(join(SRC, file), "utf8");
  return [...source.matchAll(/^(?:import|export)\b[^;]*?from\s+"(\.[^"]+)"|^import\s+"(\.[^"]+)"/gm)].map((match) =>
    relative(SRC, resolve(SRC, dirname(file), match[1] ?? match[2] ?? "")),
  );
}

describe("layers", () => {
  test("there are sources to check", () => {
    const rooms = new Set(files.map(room));
    expect(Object.keys(LAYERS).filter((name) => !rooms.has(name))).toEqual([]);
    expect(files.flatMap(importsOf).length).toBeGreaterThan(files.length);
  });

  test.each(files)("%s imports from lower layers only", (file) => {
    const own = LAYERS[room(file)] ?? COMPOSITION;
    const upward = importsOf(file).filter(
      (target) => room(target) !== room(file) && own !== COMPOSITION && (LAYERS[room(target)] ?? COMPOSITION) >= own,
    );
    expect(upward).toEqual([]);
  });
});
