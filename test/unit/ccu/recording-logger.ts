import type { Logger } from "../../../src/base/logger.ts";

/** Keeps the messages of each level. */
export class RecordingLogger implements Logger {
  readonly lines: string[] = [];
  readonly debug: Logger["debug"] = (first: string | object, message?: string) => this.#add("debug", first, message);
  readonly info: Logger["info"] = (first: string | object, message?: string) => this.#add("info", first, message);
  readonly warn: Logger["warn"] = (first: string | object, message?: string) => this.#add("warn", first, message);
  readonly error: Logger["error"] = (first: string | object, message?: string) => this.#add("error", first, message);

  #add(level: string, first: string | object, message = ""): void {
    this.lines.push(`${level} ${typeof first === "string" ? first : `${message} ${JSON.stringify(first)}`}`);
  }
}
