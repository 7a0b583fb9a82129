import { z } from "zod";

const ROUTE_NAMES = ["companion", "mqtt"] as const;

/** The ways by which entities get into Home Assistant. */
export type RouteName = (typeof ROUTE_NAMES)[number];

/** What a user can change about an entity in Home Assistant. */
export interface EntitySettings {
  readonly entityId: string;
  readonly name: string | null;
  readonly icon: string | null;
  readonly areaId: string | null;
  readonly labels: readonly string[];
  readonly categories: Readonly<Record<string, string>>;
  /** Names for voice assistants; `null` stands for the name itself. */
  readonly aliases: readonly (string | null)[];
  readonly deviceClass: string | null;
  /** Settings of single domains, such as unit and precision of a sensor. */
  readonly options: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly isHidden: boolean;
  /** `default`: as the entity came. */
  readonly enabled: "yes" | "no" | "default";
}

/** What a user can change about a device in Home Assistant. */
export interface DeviceSettings {
  readonly name: string | null;
  readonly areaId: string | null;
  readonly labels: readonly string[];
}

export interface RouteState {
  /** The route that was used last; it stays in use until the user chooses another one. */
  readonly used: RouteName | null;
  /** What the user had changed on the route that was left, until the new entities have it too; by unique id. */
  readonly entities: Readonly<Record<string, EntitySettings>>;
  /** The same of devices, by device id. */
  readonly devices: Readonly<Record<string, DeviceSettings>>;
}

/** Keeps the state of the routes over restarts, so that a change that was interrupted is finished at the next start. */
export interface RouteMemory {
  get route(): RouteState;
  /** Writes at once. */
  rememberRoute(route: RouteState): void;
}

export const NO_ROUTE: RouteState = { used: null, entities: {}, devices: {} };

const entitySettings: z.ZodType<EntitySettings> = z.object({
  entityId: z.string(),
  name: z.string().nullable(),
  icon: z.string().nullable(),
  areaId: z.string().nullable(),
  labels: z.array(z.string()),
  categories: z.record(z.string(), z.string()),
  aliases: z.array(z.string().nullable()),
  deviceClass: z.string().nullable(),
  options: z.record(z.string(), z.record(z.string(), z.unknown())),
  isHidden: z.boolean(),
  enabled: z.enum(["yes", "no", "default"]),
});

const deviceSettings: z.ZodType<DeviceSettings> = z.object({
  name: z.string().nullable(),
  areaId: z.string().nullable(),
  labels: z.array(z.string()),
});

export const routeState: z.ZodType<RouteState> = z.object({
  used: z.enum(ROUTE_NAMES).nullable(),
  entities: z.record(z.string(), entitySettings),
  devices: z.record(z.string(), deviceSettings),
});
