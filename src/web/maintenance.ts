import type { IncomingMessage } from "node:http";
import { z } from "zod";
import { LONGEST_MAINTENANCE_MINUTES } from "../config.ts";
import { readBody } from "./read-body.ts";
import type { Reply } from "./respond.ts";
import type { StatusSource } from "./status.ts";

/** A CCU of which nobody is to be alarmed for a while. */
export interface Maintainable {
  readonly name: string;
  /** From now on; 0 ends it. */
  announceMaintenance(minutes: number): void;
}

const EXAMPLE = '{ "ccu": "CCU", "minutes": 30 }';
const MINUTES = `a whole number from 1 to ${LONGEST_MAINTENANCE_MINUTES}, or 0 to end it`;

/** Announces maintenance for the forms of the page and for automations, and says by name which field is wrong. */
export class MaintenanceDesk {
  readonly #maintained: readonly Maintainable[];
  readonly #source: Pick<StatusSource, "status">;
  readonly #schema: z.ZodType<{ ccu?: string | undefined; minutes: number }>;

  constructor({ maintained, source }: { maintained: readonly Maintainable[]; source: Pick<StatusSource, "status"> }) {
    this.#maintained = maintained;
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
  announce(wish: unknown): string | null {
    const { data, error } = this.#schema.safeParse(wish);
    if (data === undefined)
      return error?.issues.map(({ path, message }) => `${path.join(".") || "body"}: expected ${message}`).join("; ") ?? "";
    for (const each of this.#maintained) if (data.ccu === undefined || data.ccu === each.name) each.announceMaintenance(data.minutes);
    return null;
  }

  /** From a form of the page. */
  announceIn(fields: URLSearchParams): string | null {
    return this.announce({ ccu: fields.get("ccu") ?? undefined, minutes: Number(fields.get("minutes") || Number.NaN) });
  }

  /** From an automation. A page of another site could send anything but JSON without being asked. */
  async answer(request: IncomingMessage): Promise<Reply> {
    if (!/^application\/json\s*(;|$)/i.test(request.headers["content-type"] ?? "")) {
      return json(415, { error: "content-type: expected application/json" });
    }
    const problem = this.announce(parsed(await readBody(request)));
    if (problem !== null) return json(400, { error: problem });
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
