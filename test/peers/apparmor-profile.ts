import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { FileAccess } from "./file-trace.ts";

/** One line of a profile that allows something with files. */
export interface FileRule {
  /** As it is written. */
  readonly glob: string;
  readonly permissions: string;
  matches(access: FileAccess): boolean;
}

/** The rules of an AppArmor profile, with all that it includes, as `apparmor_parser` puts it together. */
export class AppArmorProfile {
  readonly rules: readonly FileRule[];
  /** Such as `inet stream`. */
  readonly networks: ReadonlySet<string>;

  private constructor(rules: readonly FileRule[], networks: ReadonlySet<string>) {
    this.rules = rules;
    this.networks = networks;
  }

  static async read(file: string): Promise<AppArmorProfile> {
    const { stdout } = await promisify(execFile)("/usr/sbin/apparmor_parser", ["--preprocess", file]);
    const lines = stdout.split("\n").map((line) => line.trim());
    const variables = new Map<string, string>();
    for (const line of lines) {
      const [, name = "", more = "", value = ""] = /^@\{(\w+)\}\s*(\+)?=\s*(.*)$/.exec(line) ?? [];
      if (name !== "") variables.set(name, [...(more ? [variables.get(name) ?? ""] : []), ...value.split(/\s+/)].join(","));
    }
    const rules = lines.flatMap((line) => ruleOf(line, variables));
    const networks = lines.flatMap((line) => /^network (\w+ \w+),$/.exec(line)?.[1] ?? []);
    return new AppArmorProfile(rules, new Set(networks));
  }
}

function ruleOf(line: string, variables: ReadonlyMap<string, string>): readonly FileRule[] {
  const [, glob = "", permissions = ""] = /^((?:\/|@\{)\S*)\s+([rwaklmix]+),$/.exec(line) ?? [];
  if (glob === "") return [];
  const pattern = new RegExp(`^${patternOf(expanded(glob, variables))}$`);
  return [{ glob, permissions, matches: ({ path, permission }) => permissions.includes(permission) && pattern.test(path) }];
}

/** A variable with several values stands for any of them. */
function expanded(glob: string, variables: ReadonlyMap<string, string>): string {
  const next = glob.replace(/@\{(\w+)\}/g, (_, name: string) => {
    const value = variables.get(name) ?? "";
    return value.includes(",") && !value.startsWith("{") ? `{${value}}` : value;
  });
  return next === glob ? glob.replace(/\/{2,}/g, "/") : expanded(next, variables);
}

/** AppArmor's globs: `*` stays within a folder, `**` does not, and neither is empty where it is a whole name. */
function patternOf(glob: string): string {
  let depth = 0;
  return glob.replace(/\/\*\*|\/\*|\*\*|\*|\?|\{|\}|,|\[[^\]]*\]|[^*?{},[\]/]+|\//g, (part) => {
    switch (part) {
      case "/**":
        return "/.+";
      case "/*":
        return "/[^/]+";
      case "**":
        return ".*";
      case "*":
        return "[^/]*";
      case "?":
        return "[^/]";
      case "{":
        depth += 1;
        return "(?:";
      case "}":
        depth -= 1;
        return ")";
      case ",":
        return depth > 0 ? "|" : ",";
      default:
        return part.startsWith("[") || part === "/" ? part : part.replace(/[.+^$()|\\]/g, "\\$&");
    }
  });
}
