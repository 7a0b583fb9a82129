import type { MethodCall } from "../xmlrpc/values.ts";
import type { CallbackClient } from "./callback-client.ts";
import { eventCall, multicall } from "./callbacks.ts";
import type { SimulatedEventForm } from "./faults.ts";
import type { DeviceEvent } from "./inventory.ts";

const QUEUE_LIMIT = 200;
const DELIVERY_TIMEOUT_MS = 10_000;
const MAX_FAILED_BATCHES = 10;

/** Delivers events to one client: a bounded queue, one batch at a time, one retry, then the batch is lost. */
export class EventDispatcher implements Disposable {
  readonly interfaceId: string;
  readonly #client: CallbackClient;
  readonly #form: () => Exclude<SimulatedEventForm, "usual"> | "either";
  readonly #onDelivered: (events: readonly DeviceEvent[]) => void;
  readonly #queue: DeviceEvent[] = [];
  #delivering = false;
  #disposed = false;
  #dropped = 0;
  #failedBatches = 0;
  #unreachable = false;

  constructor({
    interfaceId,
    client,
    form,
    onDelivered,
  }: {
    interfaceId: string;
    client: CallbackClient;
    /** How events are sent: each alone, always as a multicall, or as a multicall unless it is alone. */
    form: () => Exclude<SimulatedEventForm, "usual"> | "either";
    /** Told what the client has taken. */
    onDelivered: (events: readonly DeviceEvent[]) => void;
  }) {
    this.interfaceId = interfaceId;
    this.#client = client;
    this.#form = form;
    this.#onDelivered = onDelivered;
  }

  get queued(): number {
    return this.#queue.length;
  }

  /** Events that fell out of the full queue. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Batches lost in a row. */
  get failedBatches(): number {
    return this.#failedBatches;
  }

  /** True once too many batches were lost in a row; later success does not help any more. */
  get unreachable(): boolean {
    return this.#unreachable;
  }

  enqueue(event: DeviceEvent): void {
    if (this.#queue.length === QUEUE_LIMIT) {
      this.#queue.shift();
      this.#dropped += 1;
    }
    this.#queue.push(event);
    if (!this.#delivering) void this.#run();
  }

  [Symbol.dispose](): void {
    this.#disposed = true;
    this.#queue.length = 0;
    this.#client[Symbol.dispose]();
  }

  async #run(): Promise<void> {
    this.#delivering = true;
    // Lets what is enqueued in the same breath travel in one request.
    await Promise.resolve();
    while (this.#queue.length > 0) await this.#deliver(this.#queue.splice(0, this.#form() === "single" ? 1 : QUEUE_LIMIT));
    this.#delivering = false;
  }

  async #deliver(batch: readonly DeviceEvent[]): Promise<void> {
    const call = this.#toCall(batch);
    let outcome = await this.#client.call(call, DELIVERY_TIMEOUT_MS);
    if (outcome.kind === "failed" && !this.#disposed) outcome = await this.#client.call(call, DELIVERY_TIMEOUT_MS);
    // A fault loses the batch as well, but neither raises nor resets the count.
    if (outcome.kind === "failed") this.#failedBatches += 1;
    else if (outcome.kind === "value") {
      this.#failedBatches = 0;
      this.#onDelivered(batch);
    }
    if (this.#failedBatches >= MAX_FAILED_BATCHES) this.#unreachable = true;
  }

  #toCall(batch: readonly DeviceEvent[]): MethodCall {
    const calls = batch.map((event) => eventCall(this.interfaceId, event));
    const [first] = calls;
    if (this.#form() !== "multicall" && first !== undefined && calls.length === 1) return first;
    return multicall(calls);
  }
}
