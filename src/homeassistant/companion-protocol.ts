import { z } from "zod";
import type { HubCcu, HubMetricValue } from "../hub/hub-sensor-sink.ts";
import type { HomeAssistantCommand } from "./home-assistant-session.ts";

/** The wire form of `docs/companion-protocol.md`; nothing else knows it. */
export const INTEGRATION = "homematic_vitals";
export const READY_EVENT = "homematic_vitals_ready";
export const HEARTBEAT_S = 30;
export const PROTOCOL: ProtocolRange = { min: 1, max: 1 };

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

export type MetricValues = Readonly<Record<string, HubMetricValue>>;

export interface Ccu extends Omit<HubCcu, "kind"> {
  readonly metrics: MetricValues;
}

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

export function syncCommand(ccus: readonly Ccu[]): HomeAssistantCommand {
  return { type: `${INTEGRATION}/sync`, ccus };
}

/** Without values it is the heartbeat. */
export function updateCommand({ seq, values }: { seq: number; values: Readonly<Record<string, MetricValues>> }): HomeAssistantCommand {
  return { type: `${INTEGRATION}/update`, seq, values };
}

/** The add-on is never told whether it will be started again. */
export function goodbyeCommand(): HomeAssistantCommand {
  return { type: `${INTEGRATION}/goodbye`, reason: "stop" };
}
