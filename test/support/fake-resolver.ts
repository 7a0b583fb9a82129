import dns, { type LookupAddress } from "node:dns";
import { isIP } from "node:net";
import { vi } from "vitest";

/** What becomes of a look-up: an address, nothing of that name, no answer of any kind. */
export type Resolution = string | "unknown" | "silent";

type Answer = (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void;

interface Question {
  readonly name: string;
  readonly answer: Answer;
}

/** Node has four threads for such work and gives look-ups half of them; the others wait for their turn. */
const THREADS = 2;

/** The system's resolver, for names that a test has made up; addresses and all other names resolve as ever. */
export class FakeResolver implements Disposable {
  readonly #names = new Map<string, Resolution>();
  readonly #waiting: Question[] = [];
  readonly #asked: Question[] = [];
  readonly #spy;

  constructor() {
    const system = dns.lookup;
    this.#spy = vi.spyOn(dns, "lookup").mockImplementation((...args: unknown[]) => {
      const [name, , answer] = args;
      if (typeof name !== "string" || isIP(name) > 0 || !this.#names.has(name)) return Reflect.apply(system, dns, args);
      this.#waiting.push({ name, answer: (...answered) => typeof answer === "function" && answer(...answered) });
      this.#serve();
    });
  }

  /** How many look-ups have not been answered. */
  get pending(): number {
    return this.#waiting.length + this.#asked.length;
  }

  /** From now on, and for those who have been waiting. */
  set(name: string, resolution: Resolution): void {
    this.#names.set(name, resolution);
    this.#serve();
  }

  [Symbol.dispose](): void {
    for (const name of this.#names.keys()) this.set(name, "unknown");
    this.#spy.mockRestore();
  }

  #serve(): void {
    while (this.#asked.length < THREADS) {
      const next = this.#waiting.shift();
      if (next === undefined) break;
      this.#asked.push(next);
    }
    const index = this.#asked.findIndex(({ name }) => this.#names.get(name) !== "silent");
    if (index < 0) return;
    for (const question of this.#asked.splice(index, 1)) {
      const resolution = this.#names.get(question.name) ?? "unknown";
      setImmediate(() => reply(question, resolution));
    }
    this.#serve();
  }
}

function reply({ name, answer }: Question, resolution: Resolution): void {
  const family = isIP(resolution);
  if (family > 0) answer(null, [{ address: resolution, family }]);
  else answer(Object.assign(new Error(`getaddrinfo ENOTFOUND ${name}`), { code: "ENOTFOUND" }), []);
}
