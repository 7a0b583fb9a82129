import type { Clock } from "./clock.ts";

/** For each state the inputs it takes and the states they lead to. */
export type TransitionTable<State extends string, Input extends string> = Readonly<Record<State, Readonly<Partial<Record<Input, State>>>>>;

export interface Transition<State extends string, Input extends string> {
  readonly from: State;
  readonly input: Input;
  readonly to: State;
  readonly reason: string;
  readonly atMs: number;
}

export type TransitionResult<State extends string, Input extends string> =
  | { readonly kind: "done"; readonly transition: Transition<State, Input> }
  | { readonly kind: "refused"; readonly state: State; readonly input: Input };

const HISTORY_LIMIT = 50;

/** Moves through a constant table; the one place where the state changes, is recorded and is told. */
export class StateMachine<State extends string, Input extends string> {
  readonly #table: TransitionTable<State, Input>;
  readonly #clock: Clock;
  readonly #onTransition: (transition: Transition<State, Input>) => void;
  readonly #history: Transition<State, Input>[] = [];
  #state: State;
  #sinceMs: number;
  #reason = "";

  constructor({
    table,
    initial,
    clock,
    onTransition = () => {},
  }: {
    table: TransitionTable<State, Input>;
    initial: State;
    clock: Clock;
    onTransition?: (transition: Transition<State, Input>) => void;
  }) {
    this.#table = table;
    this.#clock = clock;
    this.#onTransition = onTransition;
    this.#state = initial;
    this.#sinceMs = clock.monotonicMs();
  }

  get state(): State {
    return this.#state;
  }

  /** Monotonic time of the last change. */
  get sinceMs(): number {
    return this.#sinceMs;
  }

  get reason(): string {
    return this.#reason;
  }

  /** The last changes, oldest first; bounded. */
  get history(): readonly Transition<State, Input>[] {
    return this.#history;
  }

  can(input: Input): boolean {
    return this.#table[this.#state][input] !== undefined;
  }

  move(input: Input, reason = ""): TransitionResult<State, Input> {
    const to = this.#table[this.#state][input];
    if (to === undefined) return { kind: "refused", state: this.#state, input };
    const transition = { from: this.#state, input, to, reason, atMs: this.#clock.monotonicMs() };
    this.#state = to;
    this.#sinceMs = transition.atMs;
    this.#reason = reason;
    this.#history.push(transition);
    if (this.#history.length > HISTORY_LIMIT) this.#history.shift();
    this.#onTransition(transition);
    return { kind: "done", transition };
  }
}
