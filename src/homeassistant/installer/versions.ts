interface Version {
  readonly numbers: readonly number[];
  /** Empty for a release. */
  readonly preRelease: string;
}

/** True when `a` is a later version than `b`; a pre-release comes before its release, and what is no version before everything. */
export function isNewer(a: string, b: string): boolean {
  const [left, right] = [parse(a), parse(b)];
  if (left === null || right === null) return left !== null;
  const length = Math.max(left.numbers.length, right.numbers.length);
  for (let index = 0; index < length; index += 1) {
    const difference = (left.numbers[index] ?? 0) - (right.numbers[index] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  if (left.preRelease === "" || right.preRelease === "") return left.preRelease === "" && right.preRelease !== "";
  return left.preRelease.localeCompare(right.preRelease, "en", { numeric: true }) > 0;
}

export function isVersion(text: string): boolean {
  return parse(text) !== null;
}

/** Takes the leading "v" of a tag. */
function parse(text: string): Version | null {
  const [, numbers, preRelease = ""] = /^v?(\d+(?:\.\d+)+)(?:-?([0-9A-Za-z.-]+))?$/.exec(text) ?? [];
  return numbers === undefined ? null : { numbers: numbers.split(".").map(Number), preRelease };
}
