import { z } from "zod";
import { type FakeCommand, Refusal } from "./fake-home-assistant.ts";

/** An entity as Home Assistant's registry answers it. */
export interface FakeEntity {
  entity_id: string;
  readonly unique_id: string;
  readonly platform: string;
  name: string | null;
  icon: string | null;
  area_id: string | null;
  labels: string[];
  categories: Record<string, string>;
  aliases: (string | null)[];
  device_class: string | null;
  options: Record<string, Record<string, unknown>>;
  hidden_by: string | null;
  disabled_by: string | null;
}

export interface FakeDevice {
  readonly id: string;
  readonly identifiers: readonly (readonly [string, string])[];
  name_by_user: string | null;
  area_id: string | null;
  labels: string[];
}

const entityUpdate = z.looseObject({
  entity_id: z.string(),
  new_entity_id: z.string().optional(),
  categories: z.record(z.string(), z.string().nullable()).optional(),
  options_domain: z.string().optional(),
  options: z.record(z.string(), z.unknown()).nullable().optional(),
});
const deviceUpdate = z.looseObject({ device_id: z.string() });
const FIELDS = ["name", "icon", "area_id", "labels", "aliases", "device_class", "hidden_by", "disabled_by"] as const;

/** Home Assistant's registries of entities and devices, as far as the add-on asks for them. */
export class FakeRegistry {
  readonly entities: Map<string, FakeEntity> = new Map();
  readonly devices: Map<string, FakeDevice> = new Map();
  readonly handlers: ReadonlyMap<string, (command: FakeCommand) => unknown> = new Map([
    ["config/entity_registry/list", () => [...this.entities.values()].map(({ aliases: _, device_class: __, ...listed }) => listed)],
    ["config/entity_registry/get_entries", (command: FakeCommand) => this.#entries(command)],
    ["config/entity_registry/update", (command: FakeCommand) => this.#update(command)],
    ["config/entity_registry/remove", (command: FakeCommand) => this.#remove(command)],
    ["config/device_registry/list", () => [...this.devices.values()]],
    ["config/device_registry/update", (command: FakeCommand) => this.#updateDevice(command)],
  ]);

  /** As Home Assistant does for an entity that is new; one that exists stays as it is. */
  add(entity: Pick<FakeEntity, "entity_id" | "unique_id" | "platform"> & Partial<FakeEntity>): void {
    const { platform, unique_id: uniqueId } = entity;
    if (this.find(platform, uniqueId) !== undefined) return;
    const [domain, objectId] = entity.entity_id.split(".");
    let free = entity.entity_id;
    for (let number = 2; this.entities.has(free); number += 1) free = `${domain}.${objectId}_${number}`;
    this.entities.set(free, {
      name: null,
      icon: null,
      area_id: null,
      labels: [],
      categories: {},
      aliases: [null],
      device_class: null,
      options: {},
      hidden_by: null,
      disabled_by: null,
      ...entity,
      entity_id: free,
    });
  }

  addDevice(domain: string, identifier: string): void {
    const id = `${domain}:${identifier}`;
    if (this.devices.has(id)) return;
    this.devices.set(id, { id, identifiers: [[domain, identifier]], name_by_user: null, area_id: null, labels: [] });
  }

  removeDevice(domain: string, identifier: string): void {
    this.devices.delete(`${domain}:${identifier}`);
  }

  find(platform: string, uniqueId: string): FakeEntity | undefined {
    return [...this.entities.values()].find((entity) => entity.platform === platform && entity.unique_id === uniqueId);
  }

  #entries({ entity_ids: ids }: FakeCommand): object {
    return Object.fromEntries(
      z
        .array(z.string())
        .parse(ids)
        .map((id) => [id, this.entities.get(id) ?? null]),
    );
  }

  #update(command: FakeCommand): object {
    const update = entityUpdate.parse(command);
    const entity = this.entities.get(update.entity_id);
    if (entity === undefined) throw new Refusal("not_found", "Entity not found");
    const newId = update.new_entity_id;
    if (newId !== undefined && newId !== entity.entity_id) {
      if (this.entities.has(newId)) throw new Refusal("invalid_info", "Entity with this ID is already registered");
      this.entities.delete(entity.entity_id);
      entity.entity_id = newId;
      this.entities.set(newId, entity);
    }
    for (const field of FIELDS) if (field in update) Object.assign(entity, { [field]: update[field] });
    for (const [scope, category] of Object.entries(update.categories ?? {})) {
      if (category === null) Reflect.deleteProperty(entity.categories, scope);
      else entity.categories[scope] = category;
    }
    const { options_domain: domain, options } = update;
    if (domain !== undefined && options) entity.options[domain] = options;
    if (domain !== undefined && !options) Reflect.deleteProperty(entity.options, domain);
    return { entity_entry: entity };
  }

  #remove({ entity_id: id }: FakeCommand): void {
    if (!this.entities.delete(String(id))) throw new Refusal("not_found", "Entity not found");
  }

  #updateDevice(command: FakeCommand): object {
    const { device_id: id, type: _, id: __, ...changes } = deviceUpdate.parse(command);
    const device = this.devices.get(id);
    if (device === undefined) throw new Refusal("not_found", "Device not found");
    return Object.assign(device, changes);
  }
}
