import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { z } from "zod";

export interface RecordedRow {
  readonly entityId: string;
  readonly state: string | null;
  readonly atMs: number;
}

export interface StatisticsRow {
  readonly entityId: string;
  readonly min: number | null;
  readonly mean: number | null;
  readonly max: number | null;
}

const Row = z.object({ entityId: z.string(), state: z.string().nullable(), atMs: z.number() });
const Statistics = z.object({ entityId: z.string(), min: z.number().nullable(), mean: z.number().nullable(), max: z.number().nullable() });

/** Home Assistant's recorder database, read beside the running Core. */
export class RecorderDatabase implements Disposable {
  readonly #database: DatabaseSync;

  constructor({ configDirectory }: { configDirectory: string }) {
    this.#database = new DatabaseSync(join(configDirectory, "home-assistant_v2.db"), { readOnly: true });
  }

  /** All rows of states that were written, oldest first. */
  rows(): readonly RecordedRow[] {
    const query = `SELECT states_meta.entity_id AS entityId, state, last_updated_ts * 1000 AS atMs
      FROM states JOIN states_meta USING (metadata_id) ORDER BY last_updated_ts`;
    return z.array(Row).parse(this.#database.prepare(query).all());
  }

  /** All rows of the five-minute statistics, or of the long-term statistics. */
  statistics(table: "statistics_short_term" | "statistics"): readonly StatisticsRow[] {
    const query = `SELECT statistic_id AS entityId, min, mean, max
      FROM ${table} JOIN statistics_meta ON statistics_meta.id = ${table}.metadata_id ORDER BY ${table}.id`;
    return z.array(Statistics).parse(this.#database.prepare(query).all());
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }
}
