import { Stopwatch } from "./stopwatch.ts";

const SILENCE_MS = 40_000;
/** An answer that comes within this time is not worth a warning to whoever comes back to the page. */
const PATIENCE_MS = 3_000;
const RETRY_MS = 5_000;
const CLOSED = 2;

/** Follows the stream of pages, and says on the page when nothing is heard any more. */
export class Live {
  readonly #onPage: (html: string) => void;
  readonly #onLost: () => void;
  #stream: EventSource | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  /** What is shown was true then. */
  readonly #heard = new Stopwatch();
  readonly #asked = new Stopwatch();

  constructor({ onPage, onLost }: { onPage: (html: string) => void; onLost: () => void }) {
    this.#onPage = onPage;
    this.#onLost = onLost;
  }

  get isLost(): boolean {
    return document.getElementById("lost")?.hidden === false;
  }

  connect(): void {
    this.disconnect();
    this.#asked.restart();
    const stream = new EventSource("api/stream");
    this.#stream = stream;
    stream.addEventListener("page", ({ data }) => {
      this.#heard.restart();
      this.#onPage(JSON.parse(data));
    });
    stream.addEventListener("heartbeat", () => this.#heard.restart());
    stream.addEventListener("error", () => {
      this.#lose();
      // After an answer that is no stream, as while the add-on restarts, the browser gives up.
      if (stream.readyState === CLOSED) this.#retry = setTimeout(() => this.connect(), RETRY_MS);
    });
  }

  disconnect(): void {
    clearTimeout(this.#retry);
    this.#stream?.close();
  }

  /** A connection that broke while the machine slept is silent, not closed. */
  check(): void {
    if (this.#heard.elapsedMs <= SILENCE_MS || this.#asked.elapsedMs <= PATIENCE_MS) return;
    this.#lose();
    if (this.#asked.elapsedMs > SILENCE_MS) this.connect();
  }

  #lose(): void {
    const banner = document.getElementById("lost");
    const heard = document.getElementById("heard");
    if (banner === null || heard === null || !banner.hidden) return;
    const heardAt = new Date(Date.now() - this.#heard.elapsedMs);
    heard.textContent = heardAt.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    banner.hidden = false;
    this.#onLost();
  }
}
