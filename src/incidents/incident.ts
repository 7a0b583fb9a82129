import { z } from "zod";

/** Something that happened shortly before or during an outage. Times are wall times in ms. */
export interface IncidentEntry {
  readonly atMs: number;
  readonly kind: "call" | "pong" | "state" | "path" | "cause";
  readonly text: string;
}

/** One loss of an interface: from the first failing call or missing PONG to the proof that all is well again. */
export interface Incident {
  /** Unique within the record. */
  readonly id: string;
  readonly ccuId: string;
  readonly interfaceName: string;
  /** Code of the cause that was the primary one last. */
  readonly cause: string | null;
  readonly startedAtMs: number;
  /** `null` while it lasts. */
  readonly endedAtMs: number | null;
  /** The program ended while it lasted, so nobody knows when it was over. */
  readonly unobservedEnd: boolean;
  readonly timeline: readonly IncidentEntry[];
}

/** From when to when an interface was watched at all. */
export interface WatchedSpan {
  readonly id: string;
  readonly ccuId: string;
  readonly interfaceName: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** A line of the record; a later one with the same id replaces an earlier one. */
export type IncidentRecord =
  | { readonly type: "incident"; readonly incident: Incident }
  | { readonly type: "watched"; readonly span: WatchedSpan };

export const incidentRecord: z.ZodType<IncidentRecord> = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("incident"),
    incident: z.object({
      id: z.string(),
      ccuId: z.string(),
      interfaceName: z.string(),
      cause: z.string().nullable(),
      startedAtMs: z.number(),
      endedAtMs: z.number().nullable(),
      unobservedEnd: z.boolean(),
      timeline: z.array(z.object({ atMs: z.number(), kind: z.enum(["call", "pong", "state", "path", "cause"]), text: z.string() })),
    }),
  }),
  z.object({
    type: z.literal("watched"),
    span: z.object({ id: z.string(), ccuId: z.string(), interfaceName: z.string(), fromMs: z.number(), toMs: z.number() }),
  }),
]);
