import type { z } from "zod";
import { FollowingAbort } from "../base/abort.ts";
import { errorMessage } from "../base/errors.ts";
import type { Subscription } from "../base/subscription.ts";
import type { HubEvent } from "../hub/hub-sensor-sink.ts";
import { haCode, OLD_COMPANION, problem } from "./companion-problems.ts";
import {
  changedValues,
  connectCommand,
  type Dialect,
  eventAnswer,
  eventCommand,
  goodbyeCommand,
  HEARTBEAT_S,
  issuesAnswer,
  issuesCommand,
  sessionEvent,
  syncCommand,
  updateCommand,
  valuesAnswer,
  type WantedEntityId,
} from "./companion-protocol.ts";
import type { CommandOptions, HomeAssistantCommand } from "./home-assistant-session.ts";
import type { OpenRoute, Publishing, RouteParts } from "./route.ts";

const GOODBYE_TIMEOUT_MS = 2_000;
const HEARTBEAT_MS = HEARTBEAT_S * 1_000;
const NO_WISH: WantedEntityId = () => undefined;

/** One session of the companion protocol, from `connect` to its end; at most one command is on its way at any time. */
export class CompanionSession implements OpenRoute {
  readonly #parts: RouteParts;
  readonly #dialect: Dialect;
  /** What the companion does not know was told once and is no news. */
  readonly #unknown = new Set<string>();
  #wantedEntityId: WantedEntityId = NO_WISH;
  #afterTopology: Publishing["afterTopology"] = async () => {};
  #seq = 0;
  #sentAtMs = 0;

  /** `protocol` is one that both sides speak. */
  constructor({ parts, protocol }: { parts: RouteParts; protocol: number }) {
    this.#parts = parts;
    this.#dialect = { protocol, language: parts.language };
  }

  async publish({ stop, settingsOf, afterTopology, onPublishing }: Publishing): Promise<never> {
    this.#afterTopology = afterTopology;
    this.#wantedEntityId = (uniqueId) => settingsOf(uniqueId)?.entityId;
    using over = new FollowingAbort(stop, this.#parts.session.signal);
    using subscriptions = new DisposableStack();
    const { signal } = over;
    try {
      subscriptions.use(await this.#connect(over));
      await this.#sync(signal);
      await this.#issues(signal);
      onPublishing(this.#dialect.protocol === 1 ? OLD_COMPANION : null);
      for (;;) await this.#sendNext(signal);
    } finally {
      if (stop.aborted) await this.#goodbye();
    }
  }

  /** An empty topology is the companion's word for removing everything. */
  async withdraw(signal: AbortSignal): Promise<void> {
    using over = new FollowingAbort(signal, this.#parts.session.signal);
    using _subscription = await this.#connect(over);
    await this.#command(syncCommand([], this.#dialect, NO_WISH), { signal: over.signal });
    await this.#goodbye();
  }

  #connect(over: AbortController): Promise<Subscription> {
    const onEvent = (event: unknown): void => {
      const kind = sessionEvent.safeParse(event).data?.kind;
      if (kind === "replaced" || kind === "unloaded") over.abort(problem(kind));
    };
    const command = connectCommand({ app: this.#parts.app, protocol: this.#dialect.protocol });
    return this.#parts.session.subscribe(command, onEvent, { signal: over.signal });
  }

  /** Sends what is waiting, the most important first, or the heartbeat when its time has come. */
  async #sendNext(signal: AbortSignal): Promise<void> {
    const { known, clock } = this.#parts;
    const quietMs = clock.monotonicMs() - this.#sentAtMs;
    await known.changed.wait({ timeoutMs: HEARTBEAT_MS - quietMs, signal });
    const event = known.nextEvent();
    if (known.topologyChanged) await this.#sync(signal);
    else if (known.problemsChanged) await this.#issues(signal);
    else if (event !== undefined) await this.#tell(event, signal);
    else await this.#update(signal);
  }

  async #sync(signal: AbortSignal): Promise<void> {
    this.#seq = 0;
    const ccus = this.#parts.known.takeTopology();
    const answer = parse(valuesAnswer, await this.#command(syncCommand(ccus, this.#dialect, this.#wantedEntityId), { signal }));
    this.#mention("values", answer.unknown_metrics);
    await this.#afterTopology(ccus, signal);
  }

  async #update(signal: AbortSignal): Promise<void> {
    const values = changedValues(this.#parts.known.takeChanges(), this.#dialect);
    const isDue = this.#parts.clock.monotonicMs() - this.#sentAtMs >= HEARTBEAT_MS;
    if (Object.keys(values).length === 0 && !isDue) return;
    this.#seq += 1;
    try {
      const answer = parse(valuesAnswer, await this.#command(updateCommand({ seq: this.#seq, values }), { signal }));
      this.#mention("values", answer.unknown_metrics);
    } catch (error) {
      if (haCode(error) !== "resync_required") throw error;
      await this.#sync(signal);
    }
  }

  /** The event is done unless the connection broke: then nobody knows whether it arrived. */
  async #tell(event: HubEvent, signal: AbortSignal): Promise<void> {
    const { known } = this.#parts;
    if (this.#dialect.protocol > 1) {
      try {
        const answer = parse(eventAnswer, await this.#command(eventCommand(event, this.#dialect), { signal }));
        if (!answer.known) this.#mention("events", [event.type]);
      } catch (error) {
        if (haCode(error) !== "unknown_ccu") throw error;
      }
    }
    known.eventDone(event);
  }

  async #issues(signal: AbortSignal): Promise<void> {
    const problems = this.#parts.known.takeProblems();
    if (this.#dialect.protocol === 1) return;
    const answer = parse(issuesAnswer, await this.#command(issuesCommand(problems), { signal }));
    this.#mention("problems", answer.unknown_keys);
  }

  #mention(what: string, names: readonly string[]): void {
    const unknown = names.filter((name) => !this.#unknown.has(`${what} ${name}`));
    for (const name of unknown) this.#unknown.add(`${what} ${name}`);
    if (unknown.length > 0) this.#parts.logger.info({ unknown }, `the companion integration does not know some ${what}`);
  }

  async #goodbye(): Promise<void> {
    try {
      await this.#command(goodbyeCommand(), { timeoutMs: GOODBYE_TIMEOUT_MS });
    } catch (error) {
      this.#parts.logger.debug(`no leave was taken of the companion integration: ${errorMessage(error)}`);
    }
  }

  #command(payload: HomeAssistantCommand, options: CommandOptions): Promise<unknown> {
    this.#sentAtMs = this.#parts.clock.monotonicMs();
    return this.#parts.session.command(payload, options);
  }
}

function parse<T>(schema: z.ZodType<T>, answer: unknown): T {
  const result = schema.safeParse(answer);
  if (!result.success) throw problem("unexpectedAnswer", result.error);
  return result.data;
}
