import type { Clock } from "../base/clock.ts";
import type { HomematicError } from "../base/errors.ts";
import type { PongResult } from "../ccu/ping-pong-tracker.ts";
import type { Diagnosis } from "../diagnosis/diagnosis.ts";
import type { PathName, PathState } from "../events/product-events.ts";
import type { Incident, IncidentEntry, WatchedSpan } from "../incidents/incident.ts";
import type { IncidentStore } from "../incidents/incident-store.ts";
import { Timeline } from "../incidents/timeline.ts";

const LONGEST_TEXT = 200;
/** A wall clock that is off by so much was set, or the machine slept. */
const CLOCK_STEP_MS = 60_000;

interface OpenIncident {
  readonly startedAtMs: number;
  /** Monotonic, since the wall clock may be set while it lasts. */
  readonly sinceMs: number;
  cause: string | null;
}

/** Records the losses of one interface: from the first thing that went wrong to the proof that calls are answered and events arrive again. */
export class IncidentRecorder implements Disposable {
  readonly #interfaceName: string;
  readonly #ccuId: () => string | null;
  readonly #store: Pick<IncidentStore, "saveIncident" | "noteSpan" | "saveSpans">;
  readonly #clock: Clock;
  readonly #redact: (text: string) => string;
  readonly #timeline = new Timeline();
  /** Since when it is watched by the same wall clock, and when that was looked at last. */
  #watched: { readonly fromMs: number; readonly sinceMs: number; readonly seenMs: number };
  /** Monotonic; the first thing that went wrong since all was well. */
  #troubleSinceMs: number | null = null;
  #open: OpenIncident | null = null;
  #told = "";

  constructor(parts: {
    interfaceName: string;
    /** `null` until it is settled who the CCU is; nothing is written before. */
    ccuId: () => string | null;
    store: Pick<IncidentStore, "saveIncident" | "noteSpan" | "saveSpans">;
    clock: Clock;
    redact: (text: string) => string;
  }) {
    this.#interfaceName = parts.interfaceName;
    this.#ccuId = parts.ccuId;
    this.#store = parts.store;
    this.#clock = parts.clock;
    this.#redact = parts.redact;
    const sinceMs = parts.clock.monotonicMs();
    this.#watched = { fromMs: Math.round(parts.clock.wallMs()), sinceMs, seenMs: sinceMs };
  }

  commandAnswered({ methodName, durationMs }: { methodName: string; durationMs: number }): void {
    this.#add("call", `${methodName} answered after ${Math.round(durationMs)} ms`);
  }

  commandFailed({ methodName, error }: { methodName: string; error: HomematicError }): void {
    this.#trouble();
    this.#add("call", `${methodName} failed: ${error.message} [${error.code}]`);
  }

  pongReceived(result: PongResult): void {
    if (result.kind === "foreign") return;
    this.#add("pong", result.kind === "matched" ? `PONG after ${Math.round(result.roundTripMs)} ms` : `${result.kind} PONG`);
    // Events do arrive, only slowly: what comes later has another beginning.
    if (result.kind === "late") this.eventPathConfirmed();
  }

  pongMissed({ reason, eventsArrive }: { reason: string; eventsArrive: boolean }): void {
    if (eventsArrive) this.eventPathConfirmed();
    else this.#trouble();
    this.#add("pong", reason);
  }

  /** Calls are answered and events arrive. */
  eventPathConfirmed(): void {
    if (this.#open === null) this.#troubleSinceMs = null;
  }

  stateChanged({ from, to, reason }: { from: string; to: string; reason: string }): void {
    if (to === "waiting") this.#trouble();
    this.#add("state", `${from} -> ${to}${reason === "" ? "" : `: ${reason}`}`);
  }

  pathChanged({ path, state, reason }: { path: PathName; state: PathState; reason: string | null }): void {
    this.#add("path", `${path} path ${state}${reason === null ? "" : `: ${reason}`}`);
  }

  diagnosisChanged({ lostSinceMs, connected, causes: [primary] }: Diagnosis): void {
    const cause = primary?.code ?? null;
    if (cause !== this.#told) this.#add("cause", cause ?? "none");
    this.#told = cause ?? "";
    if (this.#open === null && lostSinceMs !== null) this.#begin(cause);
    if (this.#open === null) return;
    // What led to the loss says more than what is left of it at the end.
    if (lostSinceMs !== null) this.#open.cause = cause ?? this.#open.cause;
    if (connected === true) this.#end(this.#open);
  }

  /** From when until when the interface was watched, as far as is known; `null` while it is not settled of which CCU. */
  get span(): WatchedSpan | null {
    const ccuId = this.#ccuId();
    const { fromMs, sinceMs, seenMs } = this.#watched;
    const lengthMs = Math.round(seenMs - sinceMs);
    if (ccuId === null || lengthMs <= 0) return null;
    return { id: `${ccuId}/${this.#interfaceName}/${fromMs}`, ccuId, interfaceName: this.#interfaceName, fromMs, toMs: fromMs + lengthMs };
  }

  /** Writes down what a crash must not lose of an incident that lasts. */
  checkpoint(): void {
    if (this.#open !== null) this.#save(this.#open, { endedAtMs: null });
  }

  /** Brings the watched time up to date without writing it down; called often, since a wall clock that was set is noticed here. */
  refresh(): void {
    const nowMs = this.#clock.monotonicMs();
    const { fromMs, sinceMs } = this.#watched;
    if (Math.abs(this.#clock.wallMs() - (fromMs + nowMs - sinceMs)) >= CLOCK_STEP_MS) this.#startAnew();
    else this.#watched = { fromMs, sinceMs, seenMs: nowMs };
    const { span } = this;
    if (span !== null) this.#store.noteSpan(span);
  }

  /** What lasts now ends at a time that nobody will know. */
  [Symbol.dispose](): void {
    this.refresh();
    this.#saveSpan();
    this.checkpoint();
    this.#abandon();
  }

  /** Times of two wall clocks cannot be compared, so all ends by the old one and begins by the new one. */
  #startAnew(): void {
    this.#saveSpan();
    const lasting = this.#abandon();
    const sinceMs = this.#clock.monotonicMs();
    const fromMs = Math.round(this.#clock.wallMs());
    this.#watched = { fromMs, sinceMs, seenMs: sinceMs };
    if (lasting === null) return;
    this.#open = { startedAtMs: fromMs, sinceMs, cause: lasting.cause };
    this.#save(this.#open, { endedAtMs: null });
  }

  #abandon(): OpenIncident | null {
    const open = this.#open;
    this.#open = null;
    if (open !== null)
      this.#save(open, { endedAtMs: open.startedAtMs + Math.max(0, Math.round(this.#watched.seenMs - open.sinceMs)), unobservedEnd: true });
    return open;
  }

  #begin(cause: string | null): void {
    const sinceMs = this.#troubleSinceMs ?? this.#clock.monotonicMs();
    this.#open = { startedAtMs: Math.round(this.#clock.wallMs() - (this.#clock.monotonicMs() - sinceMs)), sinceMs, cause };
    this.#timeline.begin();
    this.#save(this.#open, { endedAtMs: null });
  }

  #end(open: OpenIncident): void {
    this.#save(open, { endedAtMs: open.startedAtMs + Math.round(this.#clock.monotonicMs() - open.sinceMs) });
    this.#timeline.end();
    this.#open = null;
    this.#troubleSinceMs = null;
  }

  #save(
    { startedAtMs, cause }: OpenIncident,
    { endedAtMs, unobservedEnd = false }: { endedAtMs: number | null; unobservedEnd?: boolean },
  ): void {
    const ccuId = this.#ccuId();
    if (ccuId === null) return;
    const incident: Incident = {
      id: `${ccuId}/${this.#interfaceName}/${startedAtMs}`,
      ccuId,
      interfaceName: this.#interfaceName,
      cause,
      startedAtMs,
      endedAtMs,
      unobservedEnd,
      timeline: this.#timeline.entries,
    };
    this.#store.saveIncident(incident);
  }

  #saveSpan(): void {
    const { span } = this;
    if (span !== null) this.#store.saveSpans([span]);
  }

  #trouble(): void {
    this.#troubleSinceMs ??= this.#clock.monotonicMs();
  }

  #add(kind: IncidentEntry["kind"], text: string): void {
    this.#timeline.add({ atMs: this.#clock.wallMs(), kind, text: this.#redact(text).slice(0, LONGEST_TEXT) });
  }
}
