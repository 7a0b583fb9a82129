import { type Clock, systemClock } from "../base/clock.ts";
import { errorMessage } from "../base/errors.ts";
import { type Logger, silentLogger } from "../base/logger.ts";
import { isStruct, type MethodCall, type XmlRpcStruct, type XmlRpcValue } from "../xmlrpc/values.ts";
import { CallbackComplaints } from "./callback-complaints.ts";

/** Names come from an open port. */
const LONGEST_NAME = 64;

/** What answers the calls on one path; must return at once, since the CCU waits. */
export interface CallbackEndpoint {
  handle(call: MethodCall, arrivedAtMs: number): XmlRpcValue;
}

export interface ReceivedEvent {
  readonly interfaceId: string;
  readonly address: string;
  readonly parameter: string;
  readonly value: XmlRpcValue;
  readonly arrivedAtMs: number;
}

/** Told, in the order of arrival, what an interface process calls; must return at once. What it throws is logged and loses nothing else. */
export interface CallbackSink {
  /** Each call, those inside a multicall and unknown ones included; the id is empty when the call names none. */
  callReceived(methodName: string, interfaceId: string, arrivedAtMs: number): void;
  event(event: ReceivedEvent): void;
  /** The calls of one request have been told, and are answered next. */
  batchHandled(batch: { readonly size: number; readonly arrivedAtMs: number }): void;
  newDevices(interfaceId: string, descriptions: readonly XmlRpcStruct[]): void;
  deleteDevices(interfaceId: string, addresses: readonly string[]): void;
  unknownMethod(methodName: string): void;
  /** A served method with arguments that make no sense; it was answered as if they did. */
  invalidCall(methodName: string, problem: string): void;
}

interface Method {
  /** An empty string when left out. */
  readonly answer?: () => XmlRpcValue;
  /** Hands the call over; returns what is wrong with its arguments. */
  readonly deliver?: (sink: CallbackSink, params: readonly XmlRpcValue[], arrivedAtMs: number) => string | undefined;
}

/** The only names that a call can reach. A monitor owns no devices, so most calls are merely acknowledged. */
const METHODS: ReadonlyMap<string, Method> = new Map<string, Method>([
  ["event", { deliver: deliverEvent }],
  ["newDevices", { deliver: deliverNewDevices }],
  ["deleteDevices", { deliver: deliverDeletedDevices }],
  ["replaceDevice", { deliver: deliverReplacedDevice }],
  ["updateDevice", {}],
  ["readdedDevice", {}],
  ["setReadyConfig", {}],
  // Nothing brings the whole inventory as newDevices; a list that differs from the CCU's own brings deletions.
  ["listDevices", { answer: () => [] }],
  ["error", {}],
  ["system.listMethods", { answer: () => [...METHODS.keys()] }],
  ["system.methodHelp", {}],
  // The outer one is unfolded before; what gets here is a second one inside it.
  ["system.multicall", { deliver: () => "a multicall inside a multicall" }],
]);

/** Unfolds and checks what an interface process calls and tells the sink. Every call gets an answer, never a fault. */
export class CallbackMethods implements CallbackEndpoint {
  readonly #sink: CallbackSink;
  readonly #complaints: CallbackComplaints<"sink_failed">;

  constructor({ sink, clock = systemClock, logger = silentLogger }: { sink: CallbackSink; clock?: Clock; logger?: Logger }) {
    this.#sink = sink;
    this.#complaints = new CallbackComplaints({ clock, logger });
  }

  handle({ methodName, params }: MethodCall, arrivedAtMs: number): XmlRpcValue {
    if (methodName === "system.multicall") return this.#multicall(params, arrivedAtMs);
    const answer = this.#call(methodName, params, arrivedAtMs);
    this.#tell(() => this.#sink.batchHandled({ size: 1, arrivedAtMs }));
    return answer;
  }

  #multicall(params: readonly XmlRpcValue[], arrivedAtMs: number): XmlRpcValue {
    const calls = listOf(params[0]);
    if (calls === undefined) {
      this.#tell(() => this.#sink.invalidCall("system.multicall", "no list of calls"));
      return [];
    }
    const answers = calls.map((call): XmlRpcValue => [this.#inner(call, arrivedAtMs)]);
    this.#tell(() => this.#sink.batchHandled({ size: calls.length, arrivedAtMs }));
    return answers;
  }

  #inner(call: XmlRpcValue, arrivedAtMs: number): XmlRpcValue {
    const { methodName, params } = isStruct(call) ? call : {};
    const list = listOf(params);
    if (typeof methodName === "string" && list !== undefined) return this.#call(methodName, list, arrivedAtMs);
    this.#tell(() => this.#sink.invalidCall("system.multicall", "an entry without methodName and params"));
    return "";
  }

  #call(methodName: string, params: readonly XmlRpcValue[], arrivedAtMs: number): XmlRpcValue {
    const sink = this.#sink;
    const name = methodName.slice(0, LONGEST_NAME);
    const interfaceId = params[0];
    this.#tell(() => sink.callReceived(name, typeof interfaceId === "string" ? interfaceId : "", arrivedAtMs));
    const method = METHODS.get(methodName);
    this.#tell(() => {
      if (method === undefined) return sink.unknownMethod(name);
      const problem = method.deliver?.(sink, params, arrivedAtMs);
      if (problem !== undefined) sink.invalidCall(name, problem);
    });
    return method?.answer?.() ?? "";
  }

  /** What one sink call throws must not cost the calls after it. */
  #tell(deliver: () => void): void {
    try {
      deliver();
    } catch (error) {
      this.#complaints.add("sink_failed", `a callback could not be worked on: ${errorMessage(error)}`);
    }
  }
}

function deliverEvent(sink: CallbackSink, params: readonly XmlRpcValue[], arrivedAtMs: number): string | undefined {
  const [interfaceId, address, parameter, value] = params;
  if (typeof interfaceId !== "string" || typeof address !== "string" || typeof parameter !== "string") {
    return "interface id, address and parameter must be strings";
  }
  if (value === undefined) return "no value";
  sink.event({ interfaceId, address, parameter, value, arrivedAtMs });
  return undefined;
}

function deliverNewDevices(sink: CallbackSink, params: readonly XmlRpcValue[]): string | undefined {
  const [interfaceId, list] = params;
  const descriptions = listOf(list);
  if (typeof interfaceId !== "string" || !descriptions?.every(isStruct)) return "needs an interface id and a list of descriptions";
  sink.newDevices(interfaceId, descriptions);
  return undefined;
}

function deliverDeletedDevices(sink: CallbackSink, params: readonly XmlRpcValue[]): string | undefined {
  const [interfaceId, list] = params;
  const addresses = listOf(list);
  if (typeof interfaceId !== "string" || !addresses?.every(isString)) return "needs an interface id and a list of addresses";
  sink.deleteDevices(interfaceId, addresses);
  return undefined;
}

function deliverReplacedDevice(sink: CallbackSink, params: readonly XmlRpcValue[]): string | undefined {
  const [interfaceId, oldAddress] = params;
  if (typeof interfaceId !== "string" || typeof oldAddress !== "string") return "needs an interface id and two addresses";
  sink.deleteDevices(interfaceId, [oldAddress]);
  return undefined;
}

/** A CCU writes an empty list as an empty string now and then. */
function listOf(value: XmlRpcValue | undefined): readonly XmlRpcValue[] | undefined {
  if (value === "") return [];
  return Array.isArray(value) ? value : undefined;
}

function isString(value: XmlRpcValue): value is string {
  return typeof value === "string";
}
