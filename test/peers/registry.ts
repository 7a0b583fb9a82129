import { z } from "zod";
import type { HomeAssistant } from "./home-assistant.ts";

const DOMAIN = "homematic_vitals";

export interface RegistryEntity {
  readonly entity_id: string;
  readonly unique_id: string;
  readonly device_id: string | null;
  readonly platform: string;
  readonly disabled_by: string | null;
}

export interface RegistryDevice {
  readonly id: string;
  readonly identifiers: readonly (readonly string[])[];
  readonly name: string | null;
  readonly via_device_id: string | null;
}

interface Issue {
  readonly domain: string;
  readonly issue_id: string;
}

const Entities: z.ZodType<RegistryEntity[]> = z.array(
  z.object({
    entity_id: z.string(),
    unique_id: z.string(),
    device_id: z.string().nullable(),
    platform: z.string(),
    disabled_by: z.string().nullable(),
  }),
);
const Devices: z.ZodType<RegistryDevice[]> = z.array(
  z.object({
    id: z.string(),
    identifiers: z.array(z.array(z.string())),
    name: z.string().nullable(),
    via_device_id: z.string().nullable(),
  }),
);
const Issues: z.ZodType<{ issues: Issue[] }> = z.object({
  issues: z.array(z.object({ domain: z.string(), issue_id: z.string() })),
});

/** Our entities in the registry, in a fixed order. */
export async function entitiesOf(homeAssistant: HomeAssistant): Promise<readonly RegistryEntity[]> {
  const all = Entities.parse(await homeAssistant.call("config/entity_registry/list"));
  return all.filter(({ platform }) => platform === DOMAIN).sort((a, b) => a.unique_id.localeCompare(b.unique_id));
}

/** Our devices in the registry. */
export async function devicesOf(homeAssistant: HomeAssistant): Promise<readonly RegistryDevice[]> {
  const all = Devices.parse(await homeAssistant.call("config/device_registry/list"));
  return all.filter(({ identifiers }) => identifiers.some(([domain]) => domain === DOMAIN));
}

/** Ids of our repairs that are open. */
export async function repairsOf(homeAssistant: HomeAssistant): Promise<readonly string[]> {
  const { issues } = Issues.parse(await homeAssistant.call("repairs/list_issues"));
  return issues.filter(({ domain }) => domain === DOMAIN).map((issue) => issue.issue_id);
}

/** Enables the entities that are disabled at first; they exist once Home Assistant has loaded the integration anew. */
export async function enableAllEntities(homeAssistant: HomeAssistant): Promise<void> {
  for (const { entity_id, disabled_by } of await entitiesOf(homeAssistant)) {
    if (disabled_by !== null) await homeAssistant.call("config/entity_registry/update", { entity_id, disabled_by: null });
  }
}
