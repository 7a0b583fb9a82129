import { appendFileSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { crc32 } from "node:zlib";
import { errorMessage } from "../base/errors.ts";
import type { Logger } from "../base/logger.ts";
import { replaceFile } from "../base/replace-file.ts";

const CHECKSUM_LENGTH = 8;

/**
 * Lines of JSON in one file, each behind its own checksum. A line that a power cut tore, or a disk spoiled, is left out when reading and costs
 * nothing else. What cannot be written is told once and never stops anybody.
 */
export class ChecksumLog {
  readonly #path: string;
  readonly #logger: Logger;
  #complained = false;
  #endsTorn = false;

  constructor({ path, logger }: { path: string; logger: Logger }) {
    this.#path = path;
    this.#logger = logger;
  }

  /** All readable lines, oldest first. */
  read(): readonly unknown[] {
    let text: string;
    try {
      text = readFileSync(this.#path, "utf8");
    } catch (error) {
      if (!isMissing(error)) this.#complain("read", error);
      return [];
    }
    this.#endsTorn = text !== "" && !text.endsWith("\n");
    return text.split("\n").flatMap(parseLine);
  }

  /** Size of the file in bytes; 0 when there is none. */
  size(): number {
    try {
      return statSync(this.#path).size;
    } catch {
      return 0;
    }
  }

  /** Waits for the disk once; false when it could not be written. */
  append(...values: readonly unknown[]): boolean {
    // A torn last line must not swallow the next one.
    const start = this.#endsTorn ? "\n" : "";
    return this.#attempt(() => {
      mkdirSync(dirname(this.#path), { recursive: true });
      try {
        appendFileSync(this.#path, start + values.map(lineOf).join(""), { mode: 0o600, flush: true });
        this.#endsTorn = false;
      } catch (error) {
        this.#endsTorn = true;
        throw error;
      }
    });
  }

  /** Replaces the whole file in one step; false when it could not. */
  rewrite(values: readonly unknown[]): boolean {
    return this.#attempt(() => {
      replaceFile(this.#path, values.map(lineOf).join(""));
      this.#endsTorn = false;
    });
  }

  #attempt(write: () => void): boolean {
    try {
      write();
      this.#complained = false;
      return true;
    } catch (error) {
      this.#complain("written", error);
      return false;
    }
  }

  #complain(what: "read" | "written", error: unknown): void {
    if (this.#complained) return;
    this.#complained = true;
    this.#logger.warn(
      `The incident record ${this.#path} cannot be ${what}: ${errorMessage(error)}. Everything else goes on; make room or check the permissions`,
    );
  }
}

function lineOf(value: unknown): string {
  const json = JSON.stringify(value);
  return `${checksum(json)} ${json}\n`;
}

function parseLine(line: string): readonly unknown[] {
  const json = line.slice(CHECKSUM_LENGTH + 1);
  if (json === "" || line.slice(0, CHECKSUM_LENGTH) !== checksum(json)) return [];
  try {
    return [JSON.parse(json)];
  } catch {
    return [];
  }
}

function checksum(text: string): string {
  return crc32(text).toString(16).padStart(CHECKSUM_LENGTH, "0");
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
