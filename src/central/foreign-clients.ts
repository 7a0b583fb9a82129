import type { Clock } from "../base/clock.ts";

const MAX_CLIENTS = 16;
const LONGEST_ID = 64;
/** Who was not heard for so long is gone. */
const REMEMBERED_MS = 3_600_000;
/** How much the last interval counts for the period. */
const WEIGHT = 0.2;

export interface ForeignClient {
  readonly id: string;
  /** Monotonic. */
  readonly lastSeenMs: number;
  /** How often it pings; `null` until it was heard twice. */
  readonly everyMs: number | null;
}

/** Who else is connected to an interface process: it sends everybody's PONGs to all. Bounded. */
export class ForeignClients {
  readonly #clock: Clock;
  readonly #clients = new Map<string, ForeignClient>();

  constructor({ clock }: { clock: Clock }) {
    this.#clock = clock;
  }

  /** Takes what somebody sent along with a ping. */
  pongHeard(token: string): void {
    const id = nameOf(token);
    const nowMs = this.#clock.monotonicMs();
    const known = this.#clients.get(id);
    const gapMs = known === undefined ? null : nowMs - known.lastSeenMs;
    const everyMs = gapMs === null || known?.everyMs == null ? gapMs : known.everyMs + (gapMs - known.everyMs) * WEIGHT;
    // The one that was not heard for longest comes first.
    this.#clients.delete(id);
    this.#clients.set(id, { id, lastSeenMs: nowMs, everyMs });
    const [oldest] = this.#clients.keys();
    if (this.#clients.size > MAX_CLIENTS && oldest !== undefined) this.#clients.delete(oldest);
  }

  /** Those that were heard within the last hour. */
  get present(): readonly ForeignClient[] {
    const oldestMs = this.#clock.monotonicMs() - REMEMBERED_MS;
    return [...this.#clients.values()].filter(({ lastSeenMs }) => lastSeenMs >= oldestMs).sort((a, b) => a.id.localeCompare(b.id));
  }
}

/** What comes before the counter or time that a client adds, readable. */
function nameOf(token: string): string {
  const [id = ""] = token.split("#", 1);
  return id.slice(0, LONGEST_ID).replaceAll(/[^\x20-\x7e]/g, "?") || "(no id)";
}
