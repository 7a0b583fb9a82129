import { getOrInsert } from "../events/get-or-insert.ts";

/** More than all kinds of metrics have together at their limits; beyond it all keys are forgotten and made anew. */
const MEMO_LIMIT = 50_000;

/** The keys of one source and sourceId by name. Mostly there is just one, which is found without a map. */
class KeysByName {
  readonly #name: string;
  readonly #key: string;
  #further: Map<string, string> | null = null;

  constructor(name: string, key: string) {
    this.#name = name;
    this.#key = key;
  }

  get(name: string): string | undefined {
    return name === this.#name ? this.#key : this.#further?.get(name);
  }

  add(name: string, key: string): void {
    this.#further ??= new Map();
    this.#further.set(name, key);
  }
}

/** The keys made so far, by source and sourceId: every event asks for one, and they are few. */
const memo = new Map<string, Map<string, KeysByName>>();
let memoSize = 0;

/** The part of it that was asked for last: events of one source often come in a row. */
let lastSource: string | null = null;
let ofLastSource: Map<string, KeysByName> | undefined;

/** `source:sourceId:name`; the sourceId may be empty. */
export function metricKey(source: string, sourceId: string, name: string): string {
  if (source !== lastSource) {
    lastSource = source;
    ofLastSource = memo.get(source);
  }
  return ofLastSource?.get(sourceId)?.get(name) ?? makeKey(source, sourceId, name);
}

function makeKey(source: string, sourceId: string, name: string): string {
  if (memoSize >= MEMO_LIMIT) {
    memo.clear();
    memoSize = 0;
  }
  memoSize += 1;
  const key = [source, sourceId, name].map(encodeSegment).join(":");
  ofLastSource = getOrInsert(memo, source, () => new Map<string, KeysByName>());
  const known = ofLastSource.get(sourceId);
  if (known === undefined) ofLastSource.set(sourceId, new KeysByName(name, key));
  else known.add(name, key);
  return key;
}

function encodeSegment(text: string): string {
  return text.replaceAll("%", "%25").replaceAll(":", "%3A");
}

function decodeSegment(text: string): string {
  return text.replaceAll("%3A", ":").replaceAll("%25", "%");
}

/** The sourceId that a key was made with. */
export function sourceIdOf(key: string): string {
  return decodeSegment(key.split(":")[1] ?? "");
}

/** Tells whether a key begins with the segments of the pattern; the empty pattern takes every key. */
export function keyMatcher(pattern: string): (key: string) => boolean {
  if (pattern === "") return () => true;
  const prefix = `${pattern}:`;
  return (key) => key === pattern || key.startsWith(prefix);
}
