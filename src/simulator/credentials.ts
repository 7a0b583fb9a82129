import type { Clock } from "../base/clock.ts";

/** So long the web server of a CCU believes what it has checked once. */
const CACHE_MS = 600_000;

/** Who may call. A changed password takes effect late, because the web server remembers whom it has let in. */
export class Credentials {
  readonly #username: string;
  readonly #clock: Clock;
  readonly #admittedUntilMs = new Map<string, number>();
  #password: string;

  /** An empty user name lets everybody in. */
  constructor({ username, password, clock }: { username: string; password: string; clock: Clock }) {
    this.#username = username;
    this.#password = password;
    this.#clock = clock;
  }

  changePassword(password: string): void {
    this.#password = password;
  }

  /** Whether a request with this Authorization header is let in. */
  admits(header: string | undefined): boolean {
    if (this.#username === "") return true;
    if (header === undefined) return false;
    const nowMs = this.#clock.monotonicMs();
    if (nowMs < (this.#admittedUntilMs.get(header) ?? 0)) return true;
    this.#admittedUntilMs.delete(header);
    if (header !== `Basic ${Buffer.from(`${this.#username}:${this.#password}`).toString("base64")}`) return false;
    this.#admittedUntilMs.set(header, nowMs + CACHE_MS);
    return true;
  }
}
