import { readFileSync } from "node:fs";
import { z } from "zod";
import type { Clock } from "./base/clock.ts";
import { errorMessage } from "./base/errors.ts";
import type { Logger } from "./base/logger.ts";
import { replaceFile } from "./base/replace-file.ts";
import type { RhythmStore } from "./central/central-unit.ts";
import type { InterfaceRhythm } from "./central/link-ports.ts";

const VERSION = 2;
/** The CCUs of a fleet remember at the same time, and all is written with each. */
const GATHERING_MS = 1_000;
const daySchema = z.object({ day: z.number(), longestMs: z.array(z.number().nullable()).length(24) });
const deviceSchema = z.tuple([z.string(), z.number(), z.number(), z.number()]);
const rhythmSchema = z.union([
  z.object({ days: z.array(daySchema), devices: z.array(deviceSchema).catch([]) }),
  /** As it is where nothing is known of single devices. */
  z.array(daySchema).transform((days) => ({ days, devices: [] })),
]);
const rhythmsSchema = z.object({
  /** What other versions took for a silence cannot be compared. */
  version: z.literal(VERSION, "it was written by another version"),
  /** By the name of the CCU and of its interface; at most 14 days and 1,000 devices each. */
  ccus: z.record(z.string(), z.record(z.string(), rhythmSchema)),
});

type Rhythms = Record<string, Record<string, InterfaceRhythm>>;

/** How long the devices of each interface are usually silent. Of what is lost, nothing is missed but the time to learn it anew. */
export class RhythmFile implements Disposable {
  readonly #path: string;
  readonly #clock: Clock;
  readonly #logger: Logger;
  /** CCUs that are no longer configured are forgotten. */
  readonly #configured = new Set<string>();
  #rhythms: Rhythms | undefined;
  #complained = false;
  #planned: Disposable | undefined;

  constructor({ path, clock, logger }: { path: string; clock: Clock; logger: Logger }) {
    this.#path = path;
    this.#clock = clock;
    this.#logger = logger;
  }

  ofCcu(ccuName: string): RhythmStore {
    this.#configured.add(ccuName);
    return {
      read: (interfaceName) => this.#all()[ccuName]?.[interfaceName] ?? { days: [], devices: [] },
      remember: (rhythms) => {
        this.#rhythms = { ...this.#all(), [ccuName]: { ...this.#all()[ccuName], ...Object.fromEntries(rhythms) } };
        this.#planned ??= this.#clock.setTimer(() => this[Symbol.dispose](), GATHERING_MS);
      },
    };
  }

  /** Writes what is not written yet. */
  [Symbol.dispose](): void {
    if (this.#planned === undefined) return;
    this.#planned[Symbol.dispose]();
    this.#planned = undefined;
    this.#write(this.#all());
  }

  #all(): Rhythms {
    this.#rhythms ??= this.#read();
    return this.#rhythms;
  }

  #read(): Rhythms {
    try {
      return rhythmsSchema.parse(JSON.parse(readFileSync(this.#path, "utf8"))).ccus;
    } catch (error) {
      const [issue] = error instanceof z.ZodError ? error.issues : [];
      const why = issue === undefined ? errorMessage(error) : `${issue.path.join(".")}: ${issue.message}`;
      if (!(error instanceof Error && "code" in error && error.code === "ENOENT"))
        this.#logger.warn(`${this.#path} cannot be used; how often devices report is learned anew: ${why}`);
      return {};
    }
  }

  #write(rhythms: Rhythms): void {
    this.#rhythms = Object.fromEntries(Object.entries(rhythms).filter(([name]) => this.#configured.has(name)));
    try {
      replaceFile(this.#path, `${JSON.stringify({ version: VERSION, ccus: this.#rhythms })}\n`);
      this.#complained = false;
    } catch (error) {
      if (!this.#complained)
        this.#logger.warn(
          `${this.#path} cannot be written, so how often devices report is forgotten at the next start: ${errorMessage(error)}`,
        );
      this.#complained = true;
    }
  }
}
