import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { INTEGRATION } from "./companion-protocol.ts";
import type { HomeAssistantSession } from "./home-assistant-session.ts";
import { deviceIdOf, MQTT_PREFIX } from "./mqtt-ids.ts";
import type { DeviceSettings, EntitySettings, RouteName } from "./route-memory.ts";
import { sessionProblem } from "./session-problems.ts";

/** An entity of ours in Home Assistant's registry. */
export interface RegisteredEntity {
  /** Our own unique id, the same on every route. */
  readonly uniqueId: string;
  readonly entityId: string;
}

/** A device of ours in Home Assistant's registry. */
export interface RegisteredDevice {
  /** Our own device id. */
  readonly id: string;
  /** Home Assistant's id. */
  readonly registryId: string;
  readonly settings: DeviceSettings;
}

const listedEntities = z.array(z.object({ entity_id: z.string(), unique_id: z.coerce.string(), platform: z.string() }));
const entityDetails = z.record(
  z.string(),
  z
    .object({
      entity_id: z.string(),
      unique_id: z.coerce.string(),
      name: z.string().nullable(),
      icon: z.string().nullable(),
      area_id: z.string().nullable(),
      labels: z.array(z.string()),
      categories: z.record(z.string(), z.string()),
      aliases: z.array(z.string().nullable()),
      device_class: z.string().nullable(),
      options: z.record(z.string(), z.record(z.string(), z.unknown())),
      hidden_by: z.string().nullable(),
      disabled_by: z.string().nullable(),
    })
    .nullable(),
);
const listedDevices = z.array(
  z.object({
    id: z.string(),
    identifiers: z.array(z.array(z.unknown())),
    name_by_user: z.string().nullable(),
    area_id: z.string().nullable(),
    labels: z.array(z.string()).default([]),
  }),
);

const ENABLED: Readonly<Record<string, EntitySettings["enabled"]>> = { user: "no", integration: "default" };

/** Home Assistant's registries of entities and devices, as far as they are about one route. */
export class Registry {
  readonly #session: HomeAssistantSession;
  readonly #route: RouteName;
  readonly #signal: AbortSignal;

  constructor({ session, route, signal }: { session: HomeAssistantSession; route: RouteName; signal: AbortSignal }) {
    this.#session = session;
    this.#route = route;
    this.#signal = signal;
  }

  async entities(): Promise<readonly RegisteredEntity[]> {
    const listed = await this.#ask(listedEntities, "config/entity_registry/list");
    return listed.flatMap(({ entity_id: entityId, unique_id: foreign, platform }) => {
      const uniqueId = this.#ownUniqueId(platform, foreign);
      return uniqueId === undefined ? [] : [{ uniqueId, entityId }];
    });
  }

  /** What the user can have changed, by unique id. */
  async settings(entities: readonly RegisteredEntity[]): Promise<Readonly<Record<string, EntitySettings>>> {
    if (entities.length === 0) return {};
    const entityIds = entities.map(({ entityId }) => entityId);
    const details = await this.#ask(entityDetails, "config/entity_registry/get_entries", { entity_ids: entityIds });
    return Object.fromEntries(
      entities.flatMap(({ uniqueId, entityId }) => {
        const entry = details[entityId];
        return entry ? [[uniqueId, settingsOf(entry)]] : [];
      }),
    );
  }

  async devices(): Promise<readonly RegisteredDevice[]> {
    const listed = await this.#ask(listedDevices, "config/device_registry/list");
    return listed.flatMap(({ id: registryId, identifiers, name_by_user: name, area_id: areaId, labels }) => {
      const id = identifiers.map((pair) => this.#ownDeviceId(pair)).find((own) => own !== undefined);
      return id === undefined ? [] : [{ id, registryId, settings: { name, areaId, labels } }];
    });
  }

  /** Changes only what differs. */
  async applyToEntity(entity: RegisteredEntity, wanted: EntitySettings): Promise<void> {
    const found = (await this.settings([entity]))[entity.uniqueId];
    if (found === undefined) return;
    const changes = entityChanges(found, wanted);
    if (Object.keys(changes).length > 0) {
      await this.#command("config/entity_registry/update", { entity_id: entity.entityId, ...changes });
    }
    for (const domain of new Set([...Object.keys(found.options), ...Object.keys(wanted.options)])) {
      const options = wanted.options[domain] ?? null;
      if (isDeepStrictEqual(found.options[domain] ?? null, options)) continue;
      await this.#command("config/entity_registry/update", { entity_id: wanted.entityId, options_domain: domain, options });
    }
  }

  /** Changes only what differs. */
  async applyToDevice({ registryId, settings }: RegisteredDevice, wanted: DeviceSettings): Promise<void> {
    if (isDeepStrictEqual(settings, wanted)) return;
    const { name, areaId, labels } = wanted;
    await this.#command("config/device_registry/update", { device_id: registryId, name_by_user: name, area_id: areaId, labels });
  }

  async remove({ entityId }: RegisteredEntity): Promise<void> {
    await this.#command("config/entity_registry/remove", { entity_id: entityId });
  }

  #ownUniqueId(platform: string, uniqueId: string): string | undefined {
    if (this.#route === "companion") return platform === INTEGRATION ? uniqueId : undefined;
    return platform === "mqtt" && uniqueId.startsWith(MQTT_PREFIX) ? uniqueId.slice(MQTT_PREFIX.length) : undefined;
  }

  #ownDeviceId([domain, identifier]: readonly unknown[]): string | undefined {
    if (typeof identifier !== "string") return undefined;
    if (this.#route === "companion") return domain === INTEGRATION ? identifier : undefined;
    return domain === "mqtt" ? deviceIdOf(identifier) : undefined;
  }

  async #ask<T>(schema: z.ZodType<T>, command: string, fields: Readonly<Record<string, unknown>> = {}): Promise<T> {
    const answer = schema.safeParse(await this.#command(command, fields));
    if (answer.success) return answer.data;
    throw sessionProblem("misunderstood", { values: { command }, cause: answer.error, context: { command } });
  }

  #command(type: string, fields: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
    return this.#session.command({ type, ...fields }, { signal: this.#signal });
  }
}

type EntityDetails = NonNullable<z.infer<typeof entityDetails>[string]>;

function settingsOf(entry: EntityDetails): EntitySettings {
  return {
    entityId: entry.entity_id,
    name: entry.name,
    icon: entry.icon,
    areaId: entry.area_id,
    labels: entry.labels.toSorted(),
    categories: entry.categories,
    aliases: entry.aliases,
    deviceClass: entry.device_class,
    // What the integration itself keeps there is not the user's.
    options: Object.fromEntries(Object.entries(entry.options).filter(([domain]) => !domain.endsWith(".private"))),
    isHidden: entry.hidden_by === "user",
    enabled: entry.disabled_by === null ? "yes" : (ENABLED[entry.disabled_by] ?? "default"),
  };
}

function entityChanges(found: EntitySettings, wanted: EntitySettings): Readonly<Record<string, unknown>> {
  const changes: Record<string, unknown> = {};
  const set = (field: string, before: unknown, after: unknown): void => {
    if (!isDeepStrictEqual(before, after)) changes[field] = after;
  };
  set("new_entity_id", found.entityId, wanted.entityId);
  set("name", found.name, wanted.name);
  set("icon", found.icon, wanted.icon);
  set("area_id", found.areaId, wanted.areaId);
  set("labels", found.labels, wanted.labels);
  set("aliases", found.aliases, wanted.aliases);
  set("device_class", found.deviceClass, wanted.deviceClass);
  set("hidden_by", found.isHidden ? "user" : null, wanted.isHidden ? "user" : null);
  const dropped = Object.keys(found.categories).filter((scope) => !(scope in wanted.categories));
  set("categories", found.categories, { ...Object.fromEntries(dropped.map((scope) => [scope, null])), ...wanted.categories });
  if (wanted.enabled !== "default" && wanted.enabled !== found.enabled) changes["disabled_by"] = wanted.enabled === "no" ? "user" : null;
  return changes;
}
