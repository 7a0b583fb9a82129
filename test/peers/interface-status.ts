import { z } from "zod";

const ANSWER_LIMIT_MS = 5_000;

const Snapshot = z.object({
  ccus: z.array(
    z.object({
      name: z.string(),
      interfaces: z.array(
        z.object({
          name: z.string(),
          state: z.string(),
          connected: z.boolean().nullable(),
          cause: z.object({ code: z.string() }).nullable(),
          paths: z.object({ event: z.object({ state: z.string() }) }),
          eventCount: z.number(),
        }),
      ),
    }),
  ),
});

/** What the program says of one interface. */
export interface InterfaceStatus {
  /** Connected, its events arrive, and no cause is named. */
  readonly isWell: boolean;
  /** Code of the primary cause. */
  readonly cause: string | null;
  /** Device events since the start of the program. */
  readonly eventCount: number;
}

/** Every interface at present, by the names of its CCU and its own: `CCU/HmIP-RF`; `url` is the page of the program. */
export async function interfaceStatuses(url: string): Promise<ReadonlyMap<string, InterfaceStatus>> {
  const response = await fetch(`${url}/api/snapshot`, { signal: AbortSignal.timeout(ANSWER_LIMIT_MS) });
  const { ccus } = Snapshot.parse(await response.json());
  return new Map(
    ccus.flatMap(({ name: ccu, interfaces }) =>
      interfaces.map(({ name, state, connected, cause, paths, eventCount }) => {
        const isWell = state === "connected" && connected === true && paths.event.state === "ok" && cause === null;
        return [`${ccu}/${name}`, { isWell, cause: cause?.code ?? null, eventCount }] as const;
      }),
    ),
  );
}
