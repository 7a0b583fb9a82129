import type { MethodCall, XmlRpcStruct } from "../xmlrpc/values.ts";
import type { DeviceEvent } from "./inventory.ts";

/** The call that carries one event. */
export function eventCall(interfaceId: string, { address, parameter, value }: DeviceEvent): MethodCall {
  return { methodName: "event", params: [interfaceId, address, parameter, value] };
}

/** Several calls in one. */
export function multicall(calls: readonly MethodCall[]): MethodCall {
  const structs = calls.map(({ methodName, params }): XmlRpcStruct => ({ methodName, params: [...params] }));
  return { methodName: "system.multicall", params: [structs] };
}
