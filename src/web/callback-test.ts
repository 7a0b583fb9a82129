import type { LocalText } from "../base/local-text.ts";

/** What a try of the way back showed, in words for the user. */
export interface CallbackTestResult {
  readonly ok: boolean;
  readonly message: LocalText;
  /** null when there is nothing to do. */
  readonly remedy: LocalText | null;
}

/** Tries whether this machine is reached under the address that the CCUs are given. */
export interface CallbackTester {
  test(signal: AbortSignal): Promise<CallbackTestResult>;
}

const LIMIT_MS = 15_000;

const BROKEN: CallbackTestResult = {
  ok: false,
  message: { en: "The test itself did not come to an end.", de: "Der Test selbst kam nicht zu Ende." },
  remedy: {
    en: "Try it again in a minute; if it happens again, the log of the app says why.",
    de: "Versuchen Sie es in einer Minute noch einmal; wiederholt es sich, steht der Grund im Protokoll der App.",
  },
};

/** Runs the test for whoever asks, one at a time, and remembers what it showed. */
export class CallbackTest {
  readonly #tester: CallbackTester;
  readonly #wallMs: () => number;
  #running: Promise<void> | undefined;
  #last: (CallbackTestResult & { readonly at: string }) | null = null;

  constructor({ tester, wallMs }: { tester: CallbackTester; wallMs: () => number }) {
    this.#tester = tester;
    this.#wallMs = wallMs;
  }

  /** null before the first one. */
  get last(): (CallbackTestResult & { readonly at: string }) | null {
    return this.#last;
  }

  run(): Promise<void> {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #run(): Promise<void> {
    const result = await this.#tester.test(AbortSignal.timeout(LIMIT_MS)).catch(() => BROKEN);
    this.#last = { ...result, at: new Date(this.#wallMs()).toISOString() };
  }
}
