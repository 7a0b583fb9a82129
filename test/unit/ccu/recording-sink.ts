import type { CallbackSink } from "../../../src/ccu/callback-methods.ts";

/** Writes down what it is told, as lists of name and arguments. */
export class RecordingSink implements CallbackSink {
  readonly told: unknown[][] = [];
  /** How many calls came in each request. */
  readonly batches: number[] = [];
  /** Makes the calls with this name throw. */
  failsOn: keyof CallbackSink | undefined;

  /** What was told under one name, arguments only. */
  of(name: keyof CallbackSink): unknown[][] {
    return this.told.filter(([told]) => told === name).map(([, ...args]) => args);
  }

  callReceived(...args: Parameters<CallbackSink["callReceived"]>): void {
    this.#tell("callReceived", args);
  }

  event(...args: Parameters<CallbackSink["event"]>): void {
    this.#tell("event", args);
  }

  batchHandled({ size }: Parameters<CallbackSink["batchHandled"]>[0]): void {
    this.batches.push(size);
  }

  newDevices(...args: Parameters<CallbackSink["newDevices"]>): void {
    this.#tell("newDevices", args);
  }

  deleteDevices(...args: Parameters<CallbackSink["deleteDevices"]>): void {
    this.#tell("deleteDevices", args);
  }

  unknownMethod(...args: Parameters<CallbackSink["unknownMethod"]>): void {
    this.#tell("unknownMethod", args);
  }

  invalidCall(...args: Parameters<CallbackSink["invalidCall"]>): void {
    this.#tell("invalidCall", args);
  }

  #tell(name: keyof CallbackSink, args: unknown[]): void {
    this.told.push([name, ...args]);
    if (this.failsOn === name) throw new Error(`${name} failed`);
  }
}
