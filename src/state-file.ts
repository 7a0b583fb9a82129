import { randomBytes, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { z } from "zod";
import { errorMessage } from "./base/errors.ts";
import type { Logger } from "./base/logger.ts";
import { replaceFile } from "./base/replace-file.ts";
import type { AnnouncementMemory } from "./central/quiet-times.ts";
import { NO_ROUTE, type RouteMemory, type RouteState, routeState } from "./homeassistant/route-memory.ts";

const ccuSchema = z.object({
  id: z.string(),
  name: z.string(),
  host: z.string(),
  serial: z.string().nullable(),
  /** What its devices had last, by the name of the interface; empty for the CCU itself. */
  metrics: z.record(z.string(), z.array(z.string())).default({}),
});
const stateSchema = z.object({
  version: z.literal(1),
  instanceId: z.uuid(),
  callbackSecret: z.string().min(16),
  ccus: z.array(ccuSchema),
  /** The user has asked for the companion integration, and it is not installed yet. */
  installationWanted: z.boolean().default(false),
  route: routeState.default(NO_ROUTE),
  /** Until when maintenance was announced, wall time, by the name of the CCU. */
  maintenance: z.record(z.string(), z.number()).default({}),
});

type State = z.infer<typeof stateSchema>;
type KnownCcu = z.infer<typeof ccuSchema>;

/** Metric keys by the name of the interface; the CCU itself has an empty name. */
export type StoredMetrics = Record<string, string[]>;

interface Named {
  readonly name: string;
  readonly host: string;
}

/**
 * What has to survive a restart: who this installation is, which id each CCU was published under and by which route.
 * Without a writable file the product works on, only with a new identity at each start.
 */
export class StateFile implements RouteMemory {
  readonly #path: string | null;
  readonly #logger: Logger;
  readonly #state: State;
  /** Which CCU of this run has an id, by id. */
  readonly #givenTo = new Map<string, string>();

  /** `path` null keeps the state in memory only. */
  constructor({ path, logger }: { path: string | null; logger: Logger }) {
    this.#path = path;
    this.#logger = logger;
    this.#state = this.#read() ?? {
      version: 1,
      instanceId: randomUUID(),
      callbackSecret: randomBytes(16).toString("base64url"),
      ccus: [],
      installationWanted: false,
      route: NO_ROUTE,
      maintenance: {},
    };
    this.#write();
  }

  get instanceId(): string {
    return this.#state.instanceId;
  }

  get callbackSecret(): string {
    return this.#state.callbackSecret;
  }

  /** What the user wants of the companion integration. */
  get consent(): { readonly given: boolean; remember(given: boolean): void } {
    const state = this.#state;
    return {
      get given() {
        return state.installationWanted;
      },
      remember: (given) => {
        if (state.installationWanted === given) return;
        state.installationWanted = given;
        this.#write();
      },
    };
  }

  get route(): RouteState {
    return this.#state.route;
  }

  rememberRoute(route: RouteState): void {
    this.#state.route = route;
    this.#write();
  }

  /** Until when maintenance of a CCU was announced. */
  maintenanceOf(name: string): AnnouncementMemory {
    const state = this.#state;
    return {
      get untilMs() {
        return Object.hasOwn(state.maintenance, name) ? (state.maintenance[name] ?? null) : null;
      },
      remember: (untilMs) => {
        const { [name]: _before, ...others } = state.maintenance;
        state.maintenance = untilMs === null ? others : { ...others, [name]: untilMs };
        this.#write();
      },
    };
  }

  /**
   * The ids that the configured CCUs were published under, by name. A CCU is found by name and address, else by its
   * name, else by its address, so that either may change; an id is given to one CCU only.
   */
  claim(configured: readonly Named[]): ReadonlyMap<string, string> {
    const claimed = new Map<string, string>();
    const matches: readonly ((known: KnownCcu, wanted: Named) => boolean)[] = [
      (known, wanted) => known.name === wanted.name && known.host === wanted.host,
      (known, wanted) => known.name === wanted.name,
      (known, wanted) => known.host === wanted.host,
    ];
    for (const matching of matches) {
      for (const wanted of configured) {
        if (claimed.has(wanted.name)) continue;
        const taken = new Set(claimed.values());
        const known = this.#state.ccus.find((ccu) => !taken.has(ccu.id) && matching(ccu, wanted));
        if (known === undefined) continue;
        claimed.set(wanted.name, known.id);
        this.#givenTo.set(known.id, wanted.name);
        this.#remember({ ...known, name: wanted.name, host: wanted.host });
      }
    }
    return claimed;
  }

  /**
   * Settles the id of a CCU: the one its serial had before, else the serial itself, else one made of the address. An id that
   * another CCU of this run has is never given again.
   */
  settle({ name, host, serial }: { name: string; host: string; serial: string | null }): string {
    const known = serial === null ? undefined : this.#state.ccus.find((ccu) => ccu.serial === serial);
    const owner = known && this.#givenTo.get(known.id);
    if (owner !== undefined && owner !== name) {
      this.#logger.warn(`${name} and ${owner} report the same serial; if they are one CCU, remove one of them from the options`);
    }
    const isFree = known !== undefined && (owner === undefined || owner === name);
    const id = isFree ? known.id : this.#unused(serial ?? host.replaceAll(/[^A-Za-z0-9_.-]/g, "-").slice(0, 48));
    this.#givenTo.set(id, name);
    this.#remember({ id, name, host, serial, metrics: isFree ? known.metrics : {} });
    return id;
  }

  /** What the devices of a CCU had in the last run; nothing for one that was not there. */
  metricsOf(name: string): StoredMetrics {
    return this.#state.ccus.find((ccu) => this.#givenTo.get(ccu.id) === name)?.metrics ?? {};
  }

  rememberMetrics(name: string, metrics: StoredMetrics): void {
    const known = this.#state.ccus.find((ccu) => this.#givenTo.get(ccu.id) === name);
    if (known !== undefined) this.#remember({ ...known, metrics });
  }

  #unused(wanted: string): string {
    const taken = new Set(this.#state.ccus.map((ccu) => ccu.id));
    for (let number = 1; ; number += 1) {
      const id = number === 1 ? wanted : `${wanted}-${number}`;
      if (!taken.has(id)) return id;
    }
  }

  #remember(ccu: KnownCcu): void {
    const others = this.#state.ccus.filter((other) => other.id !== ccu.id);
    const before = JSON.stringify(this.#state.ccus);
    this.#state.ccus = [...others, ccu].sort((a, b) => a.id.localeCompare(b.id));
    if (JSON.stringify(this.#state.ccus) !== before) this.#write();
  }

  #read(): State | null {
    if (this.#path === null) return null;
    try {
      return stateSchema.parse(JSON.parse(readFileSync(this.#path, "utf8")));
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
      this.#logger.warn(
        `The state file ${this.#path} cannot be read and is made anew; entities may appear a second time. Reason: ${errorMessage(error)}`,
      );
      return null;
    }
  }

  #write(): void {
    if (this.#path === null) return;
    try {
      replaceFile(this.#path, `${JSON.stringify(this.#state, null, 2)}\n`);
    } catch (error) {
      this.#logger.warn(
        `The state file ${this.#path} cannot be written, so the identity of the CCUs is lost at the next start: ${errorMessage(error)}`,
      );
    }
  }
}
