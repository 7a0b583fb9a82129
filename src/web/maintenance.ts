import type { IncomingMessage } from "node:http";
import { z } from "zod";
import { Budget } from "../base/budget.ts";
import type { Clock } from "../base/clock.ts";
import { LONGEST_MAINTENANCE_MINUTES } from "../config.ts";
import { readBody } from "./read-body.ts";
import { REFUSALS, type Refusal } from "./refusals.ts";
import type { Reply } from "./respond.ts";
import type { StatusSource } from "./status.ts";

/** A CCU of which nobody is to be alarmed for a while. */
export interface Maintainable {
  readonly name: string;
  /** From now on; 0 ends it. */
  announceMaintenance(minutes: number): void;
}

const MS_PER_SECOND = 1_000;
const EXAMPLE = '{ "ccu": "CCU", "minutes": 30 }';
/** Each one is written to the disk and to the log, whoever asks for it however often. */
const ANNOUNCEMENTS = { burst: 20, refillMs: 10_000 };
const MINUTES = `a whole number from 1 to ${LONGEST_MAINTENANCE_MINUTES}, or 0 to end it`;

interface Problem {
  readonly status: 400 | 429;
  readonly text: string;
}

/** Announces maintenance for the forms of the page and for automations, and says by name which field is wrong. */
export class MaintenanceDesk {
  readonly #maintained: readonly { readonly ccu: Maintainable; readonly budget: Budget }[];
  readonly #source: Pick<StatusSource, "status">;
  readonly #schema: z.ZodType<{ ccu?: string | undefined; minutes: number }>;

  constructor({ maintained, source, clock }: { maintained: readonly Maintainable[]; source: Pick<StatusSource, "status">; clock: Clock }) {
    this.#maintained = maintained.map((ccu) => ({ ccu, budget: new Budget({ clock, ...ANNOUNCEMENTS }) }));
    this.#source = source;
    const names = maintained.map(({ name }) => name);
    const ccu = `the name of a CCU (${names.map((name) => JSON.stringify(name)).join(", ")}), or nothing for all of them`;
    this.#schema = z.strictObject(
      {
        ccu: z
          .string(ccu)
          .refine((name) => names.includes(name), ccu)
          .optional(),
        minutes: z.int(MINUTES).min(0, MINUTES).max(LONGEST_MAINTENANCE_MINUTES, MINUTES),
      },
      { error: ({ code }) => (code === "unrecognized_keys" ? "ccu and minutes only" : `JSON such as ${EXAMPLE}`) },
    );
  }

  /** Begins or ends it, or says what is wrong with the wish; null: it is done. */
  announce(wish: unknown): Problem | null {
    const { data, error } = this.#schema.safeParse(wish);
    if (data === undefined) {
      const problems = error?.issues.map(({ path, message }) => `${path.join(".") || "body"}: expected ${message}`);
      return { status: 400, text: [...new Set(problems)].join("; ") };
    }
    const named = this.#maintained.filter(({ ccu }) => data.ccu === undefined || data.ccu === ccu.name);
    const waitMs = Math.max(...named.map(({ budget }) => budget.availableInMs()));
    if (waitMs > 0) return { status: 429, text: `announced too often: try again in ${Math.ceil(waitMs / MS_PER_SECOND)} s` };
    for (const { ccu, budget } of named) {
      budget.spend();
      ccu.announceMaintenance(data.minutes);
    }
    return null;
  }

  /** From a form of the page, none of whose buttons sends anything that makes no sense. */
  announceIn(fields: URLSearchParams): Refusal | null {
    const problem = this.announce({ ccu: fields.get("ccu") ?? undefined, minutes: Number(fields.get("minutes") || Number.NaN) });
    return problem && (problem.status === 429 ? REFUSALS.tooOften : REFUSALS.notFromOurPage);
  }

  /** From an automation. A page of another site could send anything but JSON without being asked. */
  async answer(request: IncomingMessage): Promise<Reply> {
    if (!/^application\/json\s*(;|$)/i.test(request.headers["content-type"] ?? "")) {
      return json(415, { error: "content-type: expected application/json" });
    }
    const problem = this.announce(parsed(await readBody(request)));
    if (problem !== null) return json(problem.status, { error: problem.text });
    return json(200, { ccus: this.#source.status().ccus.map(({ name, quiet }) => ({ name, quiet })) });
  }
}

function parsed(body: string | null): unknown {
  try {
    return JSON.parse(body ?? "");
  } catch {
    return undefined;
  }
}

function json(status: number, value: object): Reply {
  // The connection is not kept because a body may follow that nobody reads.
  const headers: Readonly<Record<string, string>> = status === 200 ? {} : { connection: "close" };
  return { status, type: "application/json; charset=utf-8", body: JSON.stringify(value), headers };
}
