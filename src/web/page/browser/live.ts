const SILENCE_MS = 40_000;
const RETRY_MS = 5_000;
const CLOSED = 2;

/** Follows the stream of pages, and says on the page when nothing is heard any more. */
export class Live {
  readonly #onPage: (html: string) => void;
  #stream: EventSource | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #heardAtMs = 0;

  constructor({ onPage }: { onPage: (html: string) => void }) {
    this.#onPage = onPage;
  }

  get isLost(): boolean {
    return document.getElementById("lost")?.hidden === false;
  }

  connect(): void {
    this.disconnect();
    this.#heard();
    const stream = new EventSource("api/stream");
    this.#stream = stream;
    stream.addEventListener("page", ({ data }) => {
      this.#heard();
      this.#onPage(JSON.parse(data));
    });
    stream.addEventListener("heartbeat", () => this.#heard());
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
    if (performance.now() - this.#heardAtMs <= SILENCE_MS) return;
    this.#lose();
    this.connect();
  }

  #heard(): void {
    this.#heardAtMs = performance.now();
  }

  #lose(): void {
    const banner = document.getElementById("lost");
    const heard = document.getElementById("heard");
    if (banner === null || heard === null || !banner.hidden) return;
    const heardAt = new Date(Date.now() - (performance.now() - this.#heardAtMs));
    heard.textContent = heardAt.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    banner.hidden = false;
  }
}
