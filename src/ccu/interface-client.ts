import { type Clock, sleep } from "../base/clock.ts";
import { errorMessage, HomematicError, isHomematicError } from "../base/errors.ts";
import type { Logger } from "../base/logger.ts";
import { StateMachine, type Transition } from "../base/state-machine.ts";
import { askCapabilities, type Capabilities } from "./capabilities.ts";
import { CLIENT_STATES, type ClientInput, type ClientState } from "./client-state.ts";
import { type CallListener, GuardedCaller, type RpcCaller } from "./guarded-caller.ts";
import { readInterfaceDetails } from "./interface-details.ts";
import { DEFAULT_TIMINGS, type InterfaceListener, type InterfaceTimings } from "./interface-listener.ts";
import { type ClientStage, EventPathLost, lossOf } from "./loss.ts";
import type { PingPongTracker } from "./ping-pong-tracker.ts";
import { PongRecord } from "./pong-record.ts";
import { Questions } from "./questions.ts";
import { Registration } from "./registration.ts";
import { RetryPause } from "./retry-pause.ts";

/** What a CCU sends because of a registration has arrived by then. */
const SETTLING_MS = 30_000;
/** Where nothing else can show that the CCU still knows us, it is told again after so long a silence. */
const RENEWAL_MS = 1_800_000;

/** Keeps one interface process connected: asks it, registers for its events, watches both directions, and never gives up. */
export class InterfaceClient {
  readonly #caller: RpcCaller;
  readonly #callbackUrl: (signal: AbortSignal) => Promise<string>;
  readonly #pingPong: PingPongTracker;
  readonly #listener: InterfaceListener;
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #timings: InterfaceTimings;
  readonly #machine: StateMachine<ClientState, ClientInput>;
  readonly #calls: GuardedCaller;
  readonly #registration: Registration;
  readonly #pongs: PongRecord;
  readonly #pause: RetryPause;
  readonly #abort = new AbortController();
  #run: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;
  /** When the last event came, or the registration was made. */
  #heardAtMs = 0;
  #stage: ClientStage = "asking";

  constructor(parts: {
    caller: RpcCaller;
    interfaceId: string;
    /** Worked out and checked anew for each registration, since addresses change. */
    callbackUrl: (signal: AbortSignal) => Promise<string>;
    pingPong: PingPongTracker;
    /** There are versions of such an interface that answer pings, but never send a PONG. */
    mayLackPongs?: boolean;
    listener: InterfaceListener;
    logger: Logger;
    clock: Clock;
    timings?: InterfaceTimings;
    random?: () => number;
  }) {
    const { caller, mayLackPongs = false, listener, logger, clock, timings = DEFAULT_TIMINGS, random = Math.random } = parts;
    this.#caller = caller;
    this.#callbackUrl = parts.callbackUrl;
    this.#pingPong = parts.pingPong;
    this.#listener = listener;
    this.#logger = logger;
    this.#clock = clock;
    this.#timings = timings;
    this.#calls = new GuardedCaller({
      caller,
      logger,
      clock,
      timeoutMs: timings.callTimeoutMs,
      listener: {
        commandAnswered: (call) => listener.commandAnswered(call),
        commandFailed: (call) => this.#commandFailed(call),
      },
    });
    this.#registration = new Registration({ calls: this.#calls, interfaceId: parts.interfaceId });
    this.#pongs = new PongRecord({ mayLack: mayLackPongs });
    this.#pause = new RetryPause({ calls: this.#calls, registration: this.#registration, clock, timings, random });
    this.#machine = new StateMachine({
      table: CLIENT_STATES,
      initial: "idle",
      clock,
      onTransition: (transition) => listener.stateChanged(transition),
    });
  }

  get state(): ClientState {
    return this.#machine.state;
  }

  get sinceMs(): number {
    return this.#machine.sinceMs;
  }

  get reason(): string {
    return this.#machine.reason;
  }

  get history(): readonly Transition<ClientState, ClientInput>[] {
    return this.#machine.history;
  }

  /** Monotonic time of the next attempt, `null` when none is waited for. */
  get nextAttemptAtMs(): number | null {
    return this.#pause.nextAttemptAtMs;
  }

  /** While a CCU registers us and shortly after it may report devices as deleted, only because we list none. */
  get settling(): boolean {
    if (this.state === "connected") return this.#clock.monotonicMs() - this.sinceMs < SETTLING_MS;
    return this.state === "registering";
  }

  /** Starts the endless work in the background; returns at once. */
  start(): void {
    this.#run ??= this.#loop(this.#abort.signal);
  }

  /** Any request on our callback path; while registering it proves the registration even if `init` never answers. */
  callbackReceived(): void {
    this.#registration.callbackReceived();
  }

  /** An event that the CCU sends to those only whom it has registered. */
  eventReceived(): void {
    this.#heardAtMs = this.#clock.monotonicMs();
    this.#pongs.eventCame();
  }

  /** A PONG that nobody waited for any more: events do reach us, only slowly. */
  latePongReceived(): void {
    this.#pongs.came();
  }

  /** Stops and takes back the registration; bounded by the deregistration timeout, whatever the CCU does. */
  [Symbol.asyncDispose](): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    this.#machine.move("STOP");
    this.#abort.abort(new HomematicError({ code: "ABORTED" }));
    this.#pingPong[Symbol.dispose]();
    await this.#run;
    await this.#registration.end({ caller: this.#caller, timeoutMs: this.#timings.deregisterTimeoutMs, logger: this.#logger });
    this.#machine.move("STOPPED");
  }

  async #loop(signal: AbortSignal): Promise<void> {
    this.#machine.move("START");
    while (!signal.aborted) {
      try {
        const capabilities = await this.#connect(signal);
        await this.#watch(capabilities, signal);
        this.#machine.move("RENEW");
      } catch (error) {
        if (signal.aborted) return;
        await this.#waitForRetry(error, signal);
      }
    }
  }

  async #connect(signal: AbortSignal): Promise<Capabilities> {
    this.#stage = "asking";
    this.#calls.probe();
    const capabilities = await askCapabilities(() => this.#calls.call("system.listMethods", [], signal));
    this.#machine.move("ANSWERED");
    this.#stage = "finding_address";
    const url = await this.#callbackUrl(signal);
    signal.throwIfAborted();
    this.#stage = "asking";
    await this.#registration.make({ url, capabilities, signal, onSending: () => this.#registering({ url, capabilities }) });
    this.#machine.move("REGISTERED");
    this.#heardAtMs = this.#clock.monotonicMs();
    this.#listener.registered();
    return capabilities;
  }

  #registering({ url, capabilities }: { url: string; capabilities: Capabilities }): void {
    this.#stage = "registering";
    this.#listener.registering({ url, capabilities: { ...capabilities, ping: capabilities.ping && !this.#pongs.areLacking } });
  }

  /** Asks and listens until the registration is to be renewed; rejects when something is lost. */
  async #watch(capabilities: Capabilities, signal: AbortSignal): Promise<void> {
    this.#stage = "watching";
    const { areLacking } = this.#pongs;
    this.#listener.described(await readInterfaceDetails((methodName) => this.#calls.call(methodName, [], signal), capabilities));
    const questions = this.#questions(capabilities, signal);
    while (this.#pongs.areLacking === areLacking && !this.#isForgottenPerhaps(capabilities)) {
      const startedAtMs = this.#clock.monotonicMs();
      if (capabilities.registrationQuery) await this.#queryRegistration(signal);
      if (capabilities.ping) {
        await this.#ping(capabilities, signal);
      } else {
        // Nothing but its own method list can be asked of such an interface; that it answers is all there is to know.
        if (!capabilities.registrationQuery) await this.#calls.call("system.listMethods", [], signal);
        this.#confirmByCallback();
      }
      this.#checkEventPath();
      await questions.askDue(signal);
      const restMs = startedAtMs + this.#timings.pingIntervalMs - this.#clock.monotonicMs();
      if (restMs > 0) await sleep({ clock: this.#clock, delayMs: restMs, signal });
    }
  }

  #checkEventPath(): void {
    const registeredForMs = this.#clock.monotonicMs() - this.sinceMs;
    if (registeredForMs >= this.#timings.callTimeoutMs && !this.#registration.calledBack)
      throw new EventPathLost("the CCU took the registration, but does not reach us");
    if (this.#pongs.areMissed) throw new EventPathLost(`${this.#pongs.missed} pings were answered without a PONG`);
  }

  /** Nothing has come for so long, and nothing would show whether the CCU still knows us. */
  #isForgottenPerhaps({ ping, registrationQuery }: Capabilities): boolean {
    if (registrationQuery || (ping && this.#pongs.proveEvents)) return false;
    return this.#clock.monotonicMs() - this.#heardAtMs >= RENEWAL_MS;
  }

  /** Where no PONG shows that events reach us, what was called back with the registration has to do. */
  #confirmByCallback(): void {
    if (!this.#registration.calledBack) return;
    this.#pause.proved();
    this.#listener.eventPathConfirmed();
  }

  #questions(capabilities: Capabilities, signal: AbortSignal): Questions {
    const timeoutMs = this.#timings.questionTimeoutMs;
    return new Questions({
      ask: (methodName) => this.#calls.ask(methodName, { signal, timeoutMs }),
      capabilities,
      listener: this.#listener,
      clock: this.#clock,
      logger: this.#logger,
    });
  }

  /** Finds out whether our own PONG comes back, or whether it matters that it does not. */
  async #ping({ registrationQuery }: Capabilities, signal: AbortSignal): Promise<void> {
    const ping = this.#pingPong.handleSendPing({ isExpected: !this.#pongs.areLacking });
    this.#pongs.pingSent();
    try {
      await this.#calls.call("ping", [ping.token], signal);
    } catch (error) {
      // One that timed out counts as a ping without PONG and expires by itself.
      if (!isHomematicError(error, "TIMEOUT")) this.#pingPong.withdraw(ping.token);
      throw error;
    }
    if (this.#pongs.areLacking) this.#confirmByCallback();
    const outcome = await ping.settled;
    signal.throwIfAborted();
    if (outcome === "matched") {
      this.#pongs.came();
      this.#pause.proved();
      this.#listener.eventPathConfirmed();
    } else if (!registrationQuery && !this.#pongs.areLacking) {
      this.#pongStayedAway();
    }
  }

  #pongStayedAway(): void {
    this.#pongs.stayedAway();
    const eventsArrive = this.#pongs.missed === 0;
    if (eventsArrive) this.#pause.proved();
    const missing = `no PONG within ${this.#timings.callTimeoutMs / 1000} s`;
    const reason = eventsArrive ? `${missing}, but events arrive` : `${missing} although ping was answered`;
    this.#listener.pongMissed({ reason, eventsArrive });
  }

  async #queryRegistration(signal: AbortSignal): Promise<void> {
    if (!(await this.#registration.isRemembered(signal))) throw new EventPathLost("the CCU no longer knows our registration");
    this.#listener.eventPathConfirmed();
  }

  async #waitForRetry(error: unknown, signal: AbortSignal): Promise<void> {
    const reason = errorMessage(error);
    if (!isHomematicError(error) && !(error instanceof EventPathLost))
      this.#logger.error({ err: error }, "unexpected failure; the connection is set up anew");
    // Whatever it was that failed: without a registration no event reaches us.
    const loss = lossOf(this.#stage, error);
    this.#pongs.lost();
    this.#listener.lost(loss, reason);
    this.#machine.move("LOST", reason);
    try {
      await this.#pause.after(loss, signal);
    } catch {
      return;
    }
    this.#machine.move("RETRY");
  }

  #commandFailed(call: Parameters<CallListener["commandFailed"]>[0]): void {
    if (call.error.code === "TIMEOUT" && call.methodName !== "ping") this.#pingPong.recordTimeout();
    this.#listener.commandFailed(call);
  }
}
