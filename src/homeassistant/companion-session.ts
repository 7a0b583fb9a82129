import type { z } from "zod";
import type { Clock } from "../base/clock.ts";
import { errorMessage } from "../base/errors.ts";
import type { Logger } from "../base/logger.ts";
import type { Subscription } from "../base/subscription.ts";
import { FollowingAbort } from "./abort.ts";
import { commonProtocol, explainAbsence, haCode, problem } from "./companion-problems.ts";
import {
  type AppIdentity,
  connectCommand,
  goodbyeCommand,
  HEARTBEAT_S,
  helloAnswer,
  helloCommand,
  sessionEvent,
  syncCommand,
  updateCommand,
  valuesAnswer,
} from "./companion-protocol.ts";
import type { CommandOptions, HomeAssistantCommand, HomeAssistantSession } from "./home-assistant-session.ts";
import type { LatestValues } from "./latest-values.ts";

const GOODBYE_TIMEOUT_MS = 2_000;

/** One session of the companion protocol, from `hello` to its end; at most one command is on its way at any time. */
export class CompanionSession {
  readonly #session: HomeAssistantSession;
  readonly #values: LatestValues;
  readonly #app: AppIdentity;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #onPublishing: () => void;
  #seq = 0;
  #sentAtMs = 0;

  constructor({
    session,
    values,
    app,
    clock,
    logger,
    onPublishing,
  }: {
    session: HomeAssistantSession;
    values: LatestValues;
    app: AppIdentity;
    clock: Clock;
    logger: Logger;
    /** The companion has taken all values for the first time. */
    onPublishing: () => void;
  }) {
    this.#session = session;
    this.#values = values;
    this.#app = app;
    this.#clock = clock;
    this.#logger = logger;
    this.#onPublishing = onPublishing;
  }

  /** Publishes until something ends it and throws that; takes leave of the companion when `stop` is what ends it. */
  async run(stop: AbortSignal): Promise<never> {
    using over = new FollowingAbort(stop, this.#session.signal);
    using subscriptions = new DisposableStack();
    const protocol = await this.#hello(over.signal);
    try {
      subscriptions.use(await this.#connect(protocol, over));
      await this.#sync(over.signal);
      this.#onPublishing();
      for (;;) await this.#sendNext(over.signal);
    } finally {
      if (stop.aborted) await this.#goodbye();
    }
  }

  async #hello(signal: AbortSignal): Promise<number> {
    const command: HomeAssistantSession["command"] = (payload) => this.#command(payload, { signal });
    const hello = await command(helloCommand(this.#app)).catch(async (error: unknown) => {
      throw haCode(error) === "unknown_command" ? await explainAbsence(command) : error;
    });
    const { entry_state: entryState, protocol, integration_version: version } = parse(helloAnswer, hello);
    this.#logger.debug({ version, entryState, protocol }, "the companion integration answers");
    if (entryState === "not_configured") throw problem("notConfigured");
    if (entryState === "not_loaded") throw problem("notLoaded");
    return commonProtocol(protocol);
  }

  #connect(protocol: number, over: AbortController): Promise<Subscription> {
    const onEvent = (event: unknown): void => {
      const kind = sessionEvent.safeParse(event).data?.kind;
      if (kind === "replaced" || kind === "unloaded") over.abort(problem(kind));
    };
    return this.#session.subscribe(connectCommand({ app: this.#app, protocol }), onEvent, { signal: over.signal });
  }

  /** Waits for something to tell, or for the time of the heartbeat. */
  async #sendNext(signal: AbortSignal): Promise<void> {
    const quietMs = this.#clock.monotonicMs() - this.#sentAtMs;
    await this.#values.changed.wait({ timeoutMs: HEARTBEAT_S * 1_000 - quietMs, signal });
    if (this.#values.topologyChanged) await this.#sync(signal);
    else await this.#update(signal);
  }

  async #sync(signal: AbortSignal): Promise<void> {
    this.#seq = 0;
    const answer = parse(valuesAnswer, await this.#command(syncCommand(this.#values.takeAll()), { signal }));
    const unknown = answer.unknown_metrics;
    if (unknown.length > 0) this.#logger.info({ unknown }, "the companion integration does not know some values");
  }

  async #update(signal: AbortSignal): Promise<void> {
    this.#seq += 1;
    try {
      parse(valuesAnswer, await this.#command(updateCommand({ seq: this.#seq, values: this.#values.takeChanges() }), { signal }));
    } catch (error) {
      if (haCode(error) !== "resync_required") throw error;
      await this.#sync(signal);
    }
  }

  async #goodbye(): Promise<void> {
    try {
      await this.#command(goodbyeCommand(), { timeoutMs: GOODBYE_TIMEOUT_MS });
    } catch (error) {
      this.#logger.debug(`no leave was taken of the companion integration: ${errorMessage(error)}`);
    }
  }

  #command(payload: HomeAssistantCommand, options: CommandOptions): Promise<unknown> {
    this.#sentAtMs = this.#clock.monotonicMs();
    return this.#session.command(payload, options);
  }
}

function parse<T>(schema: z.ZodType<T>, answer: unknown): T {
  const result = schema.safeParse(answer);
  if (!result.success) throw problem("unexpectedAnswer", result.error);
  return result.data;
}
