import { z } from "zod";
import { type Clock, sleep } from "../base/clock.ts";
import { errorMessage } from "../base/errors.ts";
import type { Logger } from "../base/logger.ts";
import { isRefusal } from "./companion-problems.ts";
import { INTEGRATION } from "./companion-protocol.ts";
import { SERVICE_UNIQUE_ID } from "./entity-table.ts";
import type { HomeAssistantSession } from "./home-assistant-session.ts";
import { type RegisteredEntity, Registry } from "./registry.ts";
import type { Route } from "./route.ts";
import type { EntitySettings, RouteMemory, RouteName } from "./route-memory.ts";

const LOOK_MS = 250;
/** Home Assistant removes and adds entities in the background. */
const GONE_TIMEOUT_MS = 10_000;
const ADDED_TIMEOUT_MS = 10_000;

const configEntries = z.array(z.object({ entry_id: z.string() }));

/**
 * Takes entities from one route to another. The old ones go first, so that the new ones get their entity ids: history, statistics and
 * automations hang on these. Then the new ones get what the user had changed. Everything stands in the memory before anything is
 * removed, and Home Assistant's registry tells what is left to do, so that each step can be done again after an interruption.
 */
export class RouteChange {
  readonly #session: HomeAssistantSession;
  readonly #memory: RouteMemory;
  readonly #clock: Clock;
  readonly #logger: Logger;
  /** Awaited in vain during this session; a companion of an older version never makes them. */
  readonly #missing = new Set<string>();

  constructor({ session, memory, clock, logger }: { session: HomeAssistantSession; memory: RouteMemory; clock: Clock; logger: Logger }) {
    this.#session = session;
    this.#memory = memory;
    this.#clock = clock;
    this.#logger = logger;
  }

  /** Removes what `from` has left in Home Assistant and remembers what the user had changed; `to` is used from then on. */
  async leave({ from, to, signal }: { from: Route; to: RouteName; signal: AbortSignal }): Promise<void> {
    const registry = new Registry({ session: this.#session, route: from.name, signal });
    const isChange = this.#memory.route.used !== to;
    const entities = await registry.entities();
    const left = isChange ? entities : entities.filter((entity) => !isLasting(entity, from.name));
    if (left.length > 0) {
      if (isChange) await this.#remember(registry, left);
      this.#logger.info(
        `removing ${left.length} entities that came by the ${WORDS[from.name]}; those by the ${WORDS[to]} take their place`,
      );
      await this.#withdraw(from, signal);
      await this.#awaitGone({ registry, left, from: from.name, signal });
    }
    if (isChange) this.#memory.rememberRoute({ ...this.#memory.route, used: to });
    if (isChange && left.length > 0 && to === "companion") await this.#reloadCompanion(signal);
  }

  /** What the user had changed about the entity on the route that was left. */
  settingsOf(uniqueId: string): EntitySettings | undefined {
    return this.#memory.route.entities[uniqueId];
  }

  /** Gives the entities that are there by now what the user had changed about their predecessors; the rest keeps waiting. */
  async restore({ route, expected, signal }: { route: RouteName; expected: ReadonlySet<string>; signal: AbortSignal }): Promise<void> {
    const { entities, devices } = this.#memory.route;
    if (Object.keys(entities).length + Object.keys(devices).length === 0) return;
    const registry = new Registry({ session: this.#session, route, signal });
    const awaited = new Set(Object.keys(entities).filter((id) => expected.has(id) && !this.#missing.has(id)));
    const found = await this.#look(ADDED_TIMEOUT_MS, signal, async () => {
      const seen = (await registry.entities()).filter(({ uniqueId }) => awaited.has(uniqueId));
      return { value: seen, done: seen.length === awaited.size };
    });
    for (const entity of found) await this.#restoreEntity(registry, entity);
    const foundDevices = await registry.devices();
    for (const device of foundDevices) {
      const settings = devices[device.id];
      if (settings !== undefined) await this.#attempt(`The device ${device.id}`, () => registry.applyToDevice(device, settings));
    }
    this.#forget(new Set(found.map(({ uniqueId }) => uniqueId)), new Set(foundDevices.map(({ id }) => id)));
    for (const { uniqueId } of found) awaited.delete(uniqueId);
    for (const uniqueId of awaited) this.#missing.add(uniqueId);
    if (found.length > 0) this.#logger.info(`${found.length} entities have the ids, names and settings of their predecessors`);
  }

  async #remember(registry: Registry, entities: readonly RegisteredEntity[]): Promise<void> {
    const { route } = this.#memory;
    const devices = Object.fromEntries((await registry.devices()).map(({ id, settings }) => [id, settings]));
    this.#memory.rememberRoute({
      ...route,
      entities: { ...route.entities, ...(await registry.settings(entities)) },
      devices: { ...route.devices, ...devices },
    });
  }

  /** The companion makes the add-on's own entity when it is loaded; an earlier change has removed it. */
  async #reloadCompanion(signal: AbortSignal): Promise<void> {
    const entries = await this.#session.command({ type: "config_entries/get", domain: INTEGRATION }, { signal });
    for (const { entry_id } of configEntries.catch([]).parse(entries)) {
      const command = { type: "call_service", domain: "homeassistant", service: "reload_config_entry", service_data: { entry_id } };
      await this.#attempt("The integration", async () => void (await this.#session.command(command, { signal })));
    }
  }

  /** A route that is not there any more has nobody to ask; what it left is removed one by one. */
  async #withdraw(from: Route, signal: AbortSignal): Promise<void> {
    try {
      await (await from.open(signal)).withdraw(signal);
    } catch (error) {
      signal.throwIfAborted();
      this.#logger.debug(`the ${WORDS[from.name]} did not remove its entities: ${errorMessage(error)}`);
    }
  }

  async #awaitGone({
    registry,
    left,
    from,
    signal,
  }: {
    registry: Registry;
    left: readonly RegisteredEntity[];
    from: RouteName;
    signal: AbortSignal;
  }): Promise<void> {
    const ids = new Set(left.map(({ uniqueId }) => uniqueId));
    const rest = await this.#look(GONE_TIMEOUT_MS, signal, async () => {
      const entities = (await registry.entities()).filter(({ uniqueId }) => ids.has(uniqueId));
      return { value: entities, done: entities.every((entity) => isLasting(entity, from)) };
    });
    for (const entity of rest) await this.#attempt(entity.entityId, () => registry.remove(entity));
  }

  async #restoreEntity(registry: Registry, entity: RegisteredEntity): Promise<void> {
    const wanted = this.settingsOf(entity.uniqueId);
    if (wanted === undefined) return;
    const { entityId } = entity;
    const done = await this.#attempt(entityId, () => registry.applyToEntity(entity, wanted));
    // Somebody else may have the old id by now; the rest is still worth restoring.
    if (!done && wanted.entityId !== entityId) await this.#attempt(entityId, () => registry.applyToEntity(entity, { ...wanted, entityId }));
  }

  /** False when Home Assistant refused; that is no reason to publish nothing. */
  async #attempt(what: string, step: () => Promise<void>): Promise<boolean> {
    try {
      await step();
      return true;
    } catch (error) {
      if (!isRefusal(error)) throw error;
      this.#logger.warn(`${what} could not be changed back to what you had set: ${errorMessage(error)}`);
      return false;
    }
  }

  #forget(entityIds: ReadonlySet<string>, deviceIds: ReadonlySet<string>): void {
    const { route } = this.#memory;
    this.#memory.rememberRoute({ ...route, entities: without(route.entities, entityIds), devices: without(route.devices, deviceIds) });
  }

  /** Looks until it is done or the time is over, and returns what was seen last. */
  async #look<T>(timeoutMs: number, signal: AbortSignal, look: () => Promise<{ value: T; done: boolean }>): Promise<T> {
    const endMs = this.#clock.monotonicMs() + timeoutMs;
    for (;;) {
      const { value, done } = await look();
      if (done || this.#clock.monotonicMs() >= endMs) return value;
      await sleep({ clock: this.#clock, delayMs: LOOK_MS, signal });
    }
  }
}

/** The companion makes the add-on's own entity whenever it is loaded, whoever publishes. */
function isLasting({ uniqueId }: RegisteredEntity, route: RouteName): boolean {
  return route === "companion" && uniqueId === SERVICE_UNIQUE_ID;
}

function without<T>(record: Readonly<Record<string, T>>, keys: ReadonlySet<string>): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(record).filter(([key]) => !keys.has(key)));
}

const WORDS: Readonly<Record<RouteName, string>> = { companion: "integration", mqtt: "MQTT route" };
