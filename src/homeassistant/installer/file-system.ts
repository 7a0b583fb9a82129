import { lstat, mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";

type FileKind = "none" | "file" | "folder" | "other";

/** What the installer does with files; every step that writes is one of these, so that a test can let each one fail. */
export interface FileSystem {
  /** Of the path itself: a symbolic link is `other`, wherever it leads. */
  kindOf(path: string): Promise<FileKind>;
  /** Names in a folder. */
  list(folder: string): Promise<readonly string[]>;
  read(file: string): Promise<Buffer>;
  createFolder(folder: string): Promise<void>;
  /** Writes a file that does not exist yet; it is on the disk when this resolves. */
  writeNew(file: string, content: Buffer): Promise<void>;
  /** What is in the folder, names included, is on the disk when this resolves. */
  flush(folder: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** A file, or a folder with all that is in it; links are not followed. Nothing there is fine. */
  remove(path: string): Promise<void>;
}

export const nodeFileSystem: FileSystem = {
  async kindOf(path) {
    try {
      const found = await lstat(path);
      if (found.isFile()) return "file";
      return found.isDirectory() ? "folder" : "other";
    } catch (error) {
      if (isSystemError(error, "ENOENT")) return "none";
      throw error;
    }
  },
  list: (folder) => readdir(folder),
  read: (file) => readFile(file),
  createFolder: async (folder) => void (await mkdir(folder, { mode: 0o755 })),
  async writeNew(file, content) {
    await using handle = await open(file, "wx", 0o644);
    await handle.writeFile(content);
    await handle.sync();
  },
  async flush(folder) {
    await using handle = await open(folder, "r");
    await handle.sync();
  },
  rename: (from, to) => rename(from, to),
  remove: (path) => rm(path, { recursive: true, force: true }),
};

export function isSystemError(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && "code" in error && typeof error.code === "string" && codes.includes(error.code);
}
