export { type MethodCall, XmlRpcDouble, type XmlRpcStruct, type XmlRpcValue } from "../xmlrpc/values.ts";
export type { SimulatedAction } from "./actions.ts";
export { SimulatedCcu, type SimulatedCcuOptions } from "./ccu.ts";
export type { SimulatedClient } from "./client-registry.ts";
export type { SimulatedChannel, SimulatedDevice } from "./devices.ts";
export {
  NO_FAULTS,
  type SimulatedAnswers,
  type SimulatedCallbacks,
  type SimulatedEncryption,
  type SimulatedEventForm,
  type SimulatedFaults,
  type SimulatedMode,
} from "./faults.ts";
export type { SimulatedInterfaceName } from "./flavours.ts";
export { type HeardDevice, type HouseholdKind, heardDevices, household } from "./household.ts";
export type { SimulatedInterface, SimulatedInterfaceOptions } from "./interface.ts";
export type { DeviceEvent } from "./inventory.ts";
export type { Random } from "./random.ts";
export type { DeviceRhythm } from "./rhythm.ts";
export type { Sample } from "./samples.ts";
export type { ScenarioStep } from "./scenario.ts";
export { SCENARIOS } from "./scenarios.ts";
