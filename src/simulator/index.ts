export { type MethodCall, XmlRpcDouble, type XmlRpcStruct, type XmlRpcValue } from "../xmlrpc/values.ts";
export { SimulatedCcu, type SimulatedCcuOptions } from "./ccu.ts";
export type { SimulatedClient } from "./client-registry.ts";
export type { SimulatedFaults, SimulatedMode } from "./faults.ts";
export type { SimulatedInterfaceName } from "./flavours.ts";
export type { SimulatedInterface, SimulatedInterfaceOptions } from "./interface.ts";
export type { DeviceEvent } from "./inventory.ts";
