import { z } from "zod";
import { isoTime } from "../base/iso-time.ts";
import type { Language } from "../base/local-text.ts";
import type { HubDevice, HubEvent, HubMetricValues, HubProblem } from "../hub/hub-sensor-sink.ts";
import { longText, shortText, type WireValues, wireCause, wireValues } from "./companion-values.ts";
import { entitiesOf, INCIDENT, incidentUniqueId, interfaceName, uniqueId } from "./entity-table.ts";
import type { HomeAssistantCommand } from "./home-assistant-session.ts";
import type { Known, KnownCcu } from "./known-state.ts";

/** The wire form of `docs/companion-protocol.md`; nothing else knows it. */
export const INTEGRATION = "homematic_vitals";
export const READY_EVENT = "homematic_vitals_ready";
export const HEARTBEAT_S = 30;
export const PROTOCOL: ProtocolRange = { min: 1, max: 2 };

const MAX_ISSUES = 256;

export interface ProtocolRange {
  readonly min: number;
  readonly max: number;
}

/** Who publishes. */
export interface AppIdentity {
  /** Made once and kept: tells this installation from a second one. */
  readonly instanceId: string;
  readonly version: string;
  /** Version of the companion that this release brings along. */
  readonly bundledVersion: string;
  /** Address of the dashboard, if there is one that a browser can open. */
  readonly url: string | null;
}

/** How a session speaks. */
export interface Dialect {
  readonly protocol: number;
  readonly language: Language;
}

/** The entity id that the entity with this unique id should get, if it should get a certain one. */
export type WantedEntityId = (uniqueId: string) => string | undefined;

interface HelloAnswer {
  readonly integration_version: string;
  readonly protocol: ProtocolRange;
  readonly entry_state: "loaded" | "not_loaded" | "not_configured";
}

export const helloAnswer: z.ZodType<HelloAnswer> = z.object({
  integration_version: z.string(),
  protocol: z.object({ min: z.int(), max: z.int() }),
  entry_state: z.enum(["loaded", "not_loaded", "not_configured"]),
});

/** To `sync` and to `update`. */
export const valuesAnswer: z.ZodType<{ readonly unknown_metrics: readonly string[] }> = z.object({
  unknown_metrics: z.array(z.string()),
});

export const eventAnswer: z.ZodType<{ readonly known: boolean }> = z.object({ known: z.boolean() });

export const issuesAnswer: z.ZodType<{ readonly unknown_keys: readonly string[] }> = z.object({ unknown_keys: z.array(z.string()) });

/** Other kinds may come with later versions. */
export const sessionEvent: z.ZodType<{ readonly kind: string }> = z.object({ kind: z.string() });

export function helloCommand(app: AppIdentity): HomeAssistantCommand {
  return { type: `${INTEGRATION}/hello`, app_version: app.version, bundled_version: app.bundledVersion, protocol: PROTOCOL };
}

export function connectCommand({ app, protocol }: { app: AppIdentity; protocol: number }): HomeAssistantCommand {
  return {
    type: `${INTEGRATION}/connect`,
    protocol,
    instance_id: app.instanceId,
    app: { version: app.version, url: app.url },
    heartbeat_s: HEARTBEAT_S,
  };
}

export function syncCommand(ccus: readonly KnownCcu[], dialect: Dialect, wanted: WantedEntityId): HomeAssistantCommand {
  return { type: `${INTEGRATION}/sync`, ccus: ccus.map((ccu) => wireCcu(ccu, dialect, wanted)) };
}

/** What of the changes the protocol knows. */
export function changedValues(changes: Readonly<Record<string, HubMetricValues>>, dialect: Dialect): Readonly<Record<string, WireValues>> {
  const wire = Object.entries(changes).map(([id, values]) => [id, wireValues(values, dialect)] as const);
  // Protocol 1 knows no interfaces.
  return Object.fromEntries(wire.filter(([id, values]) => Object.keys(values).length > 0 && (dialect.protocol > 1 || !id.includes("/"))));
}

/** Without values it is the heartbeat. */
export function updateCommand({ seq, values }: { seq: number; values: Readonly<Record<string, WireValues>> }): HomeAssistantCommand {
  return { type: `${INTEGRATION}/update`, seq, values };
}

export function eventCommand(event: HubEvent, { language }: Dialect): HomeAssistantCommand {
  return { type: `${INTEGRATION}/event`, ccu: event.ccuId, event_type: event.type, data: eventData(event, language) };
}

/** What is told about an event, beside its type. */
export function eventData(
  { interfaceName: name, cause, message, remedy, sinceMs, durationSeconds }: HubEvent,
  language: Language,
): Readonly<Record<string, string | number | null>> {
  return {
    interface: name,
    cause: wireCause(cause),
    message: longText(message[language]),
    remedy: remedy && longText(remedy[language]),
    since: isoTime(sinceMs),
    duration_s: durationSeconds,
  };
}

/** Each trouble of a CCU is stated once, with all interfaces that have it. */
export function issuesCommand(problems: readonly (HubProblem & { readonly ccuId: string })[]): HomeAssistantCommand {
  const issues = new Map<string, { ccu: string; key: string; interfaces: readonly string[]; url: string | null }>();
  for (const { ccuId, key, interfaces, url } of problems) {
    const before = issues.get(`${key} ${ccuId}`);
    const all = [...new Set([...(before?.interfaces ?? []), ...interfaces])];
    issues.set(`${key} ${ccuId}`, { ccu: ccuId, key, interfaces: all, url: before?.url ?? (url && longText(url)) });
  }
  return { type: `${INTEGRATION}/issues`, issues: [...issues.values()].slice(0, MAX_ISSUES) };
}

/** The add-on is never told whether it will be started again. */
export function goodbyeCommand(): HomeAssistantCommand {
  return { type: `${INTEGRATION}/goodbye`, reason: "stop" };
}

function wireCcu({ device, values, interfaces }: KnownCcu, dialect: Dialect, wanted: WantedEntityId): object {
  const { id, name, model, firmware } = device;
  const described = {
    id,
    name: shortText(name, id),
    model: shortText(model ?? "", null),
    firmware: shortText(firmware ?? "", null),
    metrics: wireValues(values, dialect),
  };
  if (dialect.protocol === 1) return described;
  const incident = wanted(incidentUniqueId(id));
  return {
    ...described,
    interfaces: interfaces.map((known) => wireInterface(known, dialect, wanted)),
    ...entityIds({ device, values }, wanted, incident === undefined ? {} : { [`${INCIDENT.platform}.incident`]: incident }),
  };
}

function wireInterface(known: KnownCcu["interfaces"][number], dialect: Dialect, wanted: WantedEntityId): object {
  const { device, values } = known;
  return { id: device.id, name: interfaceName(device), metrics: wireValues(values, dialect), ...entityIds(known, wanted) };
}

/** Only where an entity should get a certain id. */
function entityIds(
  { device, values }: Known<HubDevice>,
  wanted: WantedEntityId,
  more: Readonly<Record<string, string>> = {},
): { readonly entity_ids?: Readonly<Record<string, string>> } {
  const ids = Object.keys(values).flatMap((key) => {
    const platform = entitiesOf(device.kind).get(key)?.platform;
    const id = platform && wanted(uniqueId(device, key));
    return id === undefined ? [] : [[`${platform}.${key}`, id]];
  });
  const all = { ...Object.fromEntries(ids), ...more };
  return Object.keys(all).length === 0 ? {} : { entity_ids: all };
}
