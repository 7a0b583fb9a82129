import { isList, type Schema } from "../../peers/supervisor/manifest.ts";

export interface Setting {
  /** Such as `["ccus", 0, "host"]`; 0 is the first entry of a list. */
  readonly path: readonly (string | number)[];
  /** Without the question mark. */
  readonly type: string;
  readonly optional: boolean;
}

/** Every single setting of a schema. */
export function settingsOf(node: Schema, path: readonly (string | number)[] = []): readonly Setting[] {
  if (typeof node === "string") return [{ path, type: node.replace(/\?$/, ""), optional: node.endsWith("?") }];
  const children: readonly [string | number, Schema][] = isList(node) ? node.map((child) => [0, child]) : Object.entries(node);
  return children.flatMap(([key, child]) => settingsOf(child, [...path, key]));
}

/** As the documentation writes it: `ccus[].host`. */
export function nameOf(path: readonly (string | number)[]): string {
  return path.map((part, index) => (typeof part === "number" ? "[]" : `${index === 0 ? "" : "."}${part}`)).join("");
}
