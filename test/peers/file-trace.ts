import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** One thing that a program did to a file, in AppArmor's letters: r read, w write, k lock, l link, m map as code, x execute. */
export interface FileAccess {
  readonly path: string;
  readonly permission: string;
}

interface Call {
  readonly name: string;
  readonly text: string;
  readonly result: string;
}

/**
 * What a program that `run-in-image.sh` started did, as strace wrote it down: from its init's start on, with paths as the container sees them.
 * Only what succeeded counts, and only what AppArmor asks about: it lets everybody see the attributes of a file.
 */
export class FileTrace {
  readonly accesses: readonly FileAccess[];
  /** Such as `inet stream`. */
  readonly sockets: ReadonlySet<string>;

  private constructor(accesses: readonly FileAccess[], sockets: ReadonlySet<string>) {
    this.accesses = accesses;
    this.sockets = sockets;
  }

  /** Reads the traces of all runs in a folder; `root` is the folder of this machine that is the container's root. */
  static async read(folder: string, root: string): Promise<FileTrace> {
    const runs = await Promise.all((await readdir(folder)).map((file) => readFile(join(folder, file), "utf8")));
    const own = runs.flatMap((run) => {
      const calls = callsOf(run.split("\n"));
      const first = calls.findIndex(({ name, text }) => name === "execve" && text.startsWith('"/sbin/docker-init"'));
      return first < 0 ? [] : calls.slice(first).filter(({ result }) => !result.startsWith("-1"));
    });
    const accesses = withFoldersNamed(own.flatMap((call) => accessesOf(call, root)));
    const unique = new Map(accesses.map((access) => [`${access.path} ${access.permission}`, access]));
    return new FileTrace([...unique.values()], new Set(own.flatMap(socketOf)));
  }
}

/** AppArmor names a folder with a slash at its end, whatever the program wrote. */
function withFoldersNamed(accesses: readonly FileAccess[]): readonly FileAccess[] {
  const folders = new Set(accesses.flatMap(({ path }) => [...path.matchAll(/\/(?=.)/g)].map(({ index }) => path.slice(0, index))));
  for (const { path } of accesses) if (path.endsWith("/")) folders.add(path.slice(0, -1));
  return accesses.map((access) => (folders.has(access.path) ? { ...access, path: `${access.path}/` } : access));
}

/** Puts the halves of interrupted calls together. */
function callsOf(lines: readonly string[]): readonly Call[] {
  const begun = new Map<string, string>();
  const calls: Call[] = [];
  for (const line of lines) {
    const [, pid = "", rest = ""] = /^(\d+) +(.*)$/.exec(line) ?? [];
    const unfinished = /^(.*) <unfinished \.\.\.>$/.exec(rest)?.[1];
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(rest)?.[1];
    if (unfinished !== undefined) begun.set(pid, unfinished);
    else {
      const whole = resumed === undefined ? rest : `${begun.get(pid) ?? ""}${resumed}`;
      const [, name = "", text = "", result = ""] = /^(\w+)\((.*)\) += (.*)$/.exec(whole) ?? [];
      if (name !== "") calls.push({ name, text, result });
    }
  }
  return calls;
}

function accessesOf({ name, text, result }: Call, root: string): readonly FileAccess[] {
  const inside = (path: string): string => (path.startsWith(root) ? path.slice(root.length) || "/" : path);
  const opened = /^\d+<(.*)>$/.exec(result)?.[1];
  const ofDescriptor = /^\d+<([^>]*)>/.exec(text)?.[1];
  const [first = "", second = ""] = [...text.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, path = ""]) => path);
  const on = (path: string | undefined, ...permissions: readonly string[]): readonly FileAccess[] =>
    path?.startsWith("/") ? permissions.map((permission) => ({ path: inside(path), permission })) : [];
  switch (name) {
    case "open":
    case "openat":
    case "creat":
      return on(text.includes("O_DIRECTORY") ? `${opened}/` : opened, ...openedFor(name, text));
    case "execve":
      return on(first, "r", "m", "x");
    case "mmap":
      return text.includes("PROT_EXEC") ? on(/, \d+<([^>]*)>/.exec(text)?.[1], "m", "r") : [];
    case "rename":
    case "renameat":
    case "renameat2":
      return [...on(first, "r", "w"), ...on(second, "w")];
    case "mkdir":
    case "mkdirat":
    case "rmdir":
      return on(`${first}/`, "w");
    case "unlink":
    case "unlinkat":
    case "truncate":
    case "chmod":
    case "fchmodat":
    case "chown":
    case "lchown":
    case "fchownat":
    case "utimensat":
    case "mknod":
      return on(first, "w");
    case "symlink":
    case "symlinkat":
      return on(second, "w");
    case "link":
    case "linkat":
      return on(second, "l");
    case "fchmod":
    case "fchown":
    case "ftruncate":
      return on(ofDescriptor, "w");
    case "flock":
      return on(ofDescriptor, "k");
    case "fcntl":
      return text.includes("F_SETLK") ? on(ofDescriptor, "k") : [];
    default:
      return [];
  }
}

function openedFor(name: string, text: string): readonly string[] {
  if (text.includes("O_PATH")) return [];
  if (name === "creat" || text.includes("O_WRONLY")) return ["w"];
  return text.includes("O_RDWR") ? ["r", "w"] : ["r", ...(text.includes("O_CREAT") ? ["w"] : [])];
}

function socketOf({ name, text }: Call): readonly string[] {
  const [, family = "", type = ""] = /^(?:AF|PF)_(\w+), SOCK_(\w+)/.exec(text) ?? [];
  return name === "socket" ? [`${family} ${type}`.toLowerCase()] : [];
}
