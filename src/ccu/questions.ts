import type { Clock } from "../base/clock.ts";
import { errorMessage, isHomematicError } from "../base/errors.ts";
import type { Logger } from "../base/logger.ts";
import type { XmlRpcValue } from "../xmlrpc/values.ts";
import type { Capabilities } from "./capabilities.ts";
import { type RadioModule, radioModulesOf } from "./radio-modules.ts";
import { type ServiceMessage, serviceMessagesOf } from "./service-messages.ts";

/** Told what an interface says about its radio and its devices; calls must return at once. */
export interface SignalListener {
  modulesListed(modules: readonly RadioModule[]): void;
  messagesListed(messages: readonly ServiceMessage[]): void;
}

/** Asks one question; rejects as calls do. */
type Ask = (methodName: string) => Promise<XmlRpcValue>;

interface Question {
  readonly methodName: string;
  readonly capability: keyof Capabilities;
  readonly intervalMs: number;
  /** How long after the registration it is asked for the first time. */
  readonly firstMs: number;
  readonly deliver: (listener: SignalListener, answer: XmlRpcValue) => void;
}

const MINUTE_MS = 60_000;

const QUESTIONS: readonly Question[] = [
  {
    methodName: "getServiceMessages",
    capability: "serviceMessages",
    intervalMs: 10 * MINUTE_MS,
    firstMs: 0,
    deliver: (listener, answer) => listener.messagesListed(serviceMessagesOf(answer)),
  },
  {
    methodName: "listBidcosInterfaces",
    capability: "interfaceList",
    intervalMs: MINUTE_MS,
    // The registration has just asked.
    firstMs: MINUTE_MS,
    deliver: (listener, answer) => listener.modulesListed(radioModulesOf(answer)),
  },
];

/**
 * What a connected interface is asked now and then beside its pings: one question a turn, and only those it offers. One that it refuses is not
 * asked again until the next registration; one that fails otherwise proves nothing, since the next ping tells.
 */
export class Questions {
  readonly #ask: Ask;
  readonly #listener: SignalListener;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #dueAtMs = new Map<Question, number>();

  constructor(parts: { ask: Ask; capabilities: Capabilities; listener: SignalListener; clock: Clock; logger: Logger }) {
    this.#ask = parts.ask;
    this.#listener = parts.listener;
    this.#clock = parts.clock;
    this.#logger = parts.logger;
    const nowMs = parts.clock.monotonicMs();
    for (const question of QUESTIONS) {
      if (parts.capabilities[question.capability]) this.#dueAtMs.set(question, nowMs + question.firstMs);
    }
  }

  /** Asks the first question that is due; rejects only when the work was given up. */
  async askDue(signal: AbortSignal): Promise<void> {
    const nowMs = this.#clock.monotonicMs();
    const [question] = this.#dueAtMs.entries().find(([, dueAtMs]) => dueAtMs <= nowMs) ?? [];
    if (question === undefined) return;
    this.#dueAtMs.set(question, nowMs + question.intervalMs);
    try {
      question.deliver(this.#listener, await this.#ask(question.methodName));
    } catch (error) {
      signal.throwIfAborted();
      if (isHomematicError(error, "RPC_FAULT")) this.#dueAtMs.delete(question);
      this.#logger.debug(`${question.methodName} was not answered: ${errorMessage(error)}`);
    }
  }
}
