import type { Clock } from "../base/clock.ts";
import type { Language, LocalText } from "../base/local-text.ts";
import type { Logger } from "../base/logger.ts";
import type { AppIdentity } from "./companion-protocol.ts";
import type { HomeAssistantSession } from "./home-assistant-session.ts";
import type { KnownCcu, KnownState } from "./known-state.ts";
import type { EntitySettings, RouteName } from "./route-memory.ts";

/** What a route works with during one session with Home Assistant. */
export interface RouteParts {
  readonly session: HomeAssistantSession;
  readonly known: KnownState;
  readonly app: AppIdentity;
  /** Of messages and remedies. */
  readonly language: Language;
  /** Home Assistant's own, if it is one of ours. */
  readonly homeLanguage: Language;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface Publishing {
  /** Aborted when the add-on stops: the route takes its leave. */
  readonly stop: AbortSignal;
  /** What the user had changed about the entity with this unique id on the route that was left. */
  settingsOf(uniqueId: string): EntitySettings | undefined;
  /** Home Assistant was told these devices; nothing else is sent before this is done. */
  afterTopology(stated: readonly KnownCcu[], signal: AbortSignal): Promise<void>;
  /** Home Assistant was told everything; `hint` says in one sentence what it cannot show. */
  onPublishing(hint: LocalText | null): void;
}

/** A route that Home Assistant is ready for. */
export interface OpenRoute {
  /** Publishes until something ends it, and throws that. At most one command is on its way at any time. */
  publish(publishing: Publishing): Promise<never>;
  /** Has Home Assistant remove all devices of this route with their entities; it may do so after this is done. */
  withdraw(signal: AbortSignal): Promise<void>;
}

export interface Route {
  readonly name: RouteName;
  /** Throws a HomematicError that says what is missing and what to do. */
  open(signal: AbortSignal): Promise<OpenRoute>;
}
