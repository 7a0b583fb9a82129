import type { MethodCall, XmlRpcValue } from "../xmlrpc/values.ts";
import type { ClientRegistry } from "./client-registry.ts";
import type { SimulatedFaults } from "./faults.ts";
import type { Flavour } from "./flavours.ts";
import type { Inventory } from "./inventory.ts";
import type { Registration } from "./registration.ts";

/** What a call leads to; `none` is never answered. */
export type Reply =
  | { readonly kind: "value"; readonly value: XmlRpcValue }
  | { readonly kind: "fault"; readonly code: number; readonly message: string }
  | { readonly kind: "none" };

type Method = (params: readonly XmlRpcValue[]) => Reply | Promise<Reply>;

interface MethodContext {
  readonly flavour: Flavour;
  readonly inventory: Inventory;
  readonly registry: ClientRegistry;
  readonly registration: Registration;
  readonly faults: () => SimulatedFaults;
  readonly pong: (event: { address: string; callerId: string }) => void;
}

const FAULT = {
  generic: { kind: "fault", code: -1, message: "Failure" },
  unknownDevice: { kind: "fault", code: -2, message: "Unknown instance" },
  unknownParamset: { kind: "fault", code: -3, message: "Unknown paramset" },
  unknownParameter: { kind: "fault", code: -5, message: "Unknown parameter" },
} as const satisfies Record<string, Reply>;

/** The methods of one interface by name. */
export type Methods = ReadonlyMap<string, Method>;

export function createMethods(context: MethodContext): Methods {
  const methods = new Map<string, Method>([
    ...registrationMethods(context),
    ...livenessMethods(context),
    ...deviceMethods(context),
    ["getVersion", () => value(context.flavour.version)],
  ]);
  methods.set("system.listMethods", () =>
    value([...methods.keys()].filter((name) => name !== "ping" || !context.faults().pingUnsupported)),
  );
  return methods;
}

/** Carries a call out; what the interface does not know is a fault, as everywhere in XML-RPC. */
export function callMethod(methods: Methods, { methodName, params }: MethodCall): Reply | Promise<Reply> {
  const method = methods.get(methodName);
  return method === undefined ? unknownMethod(methodName) : method(params);
}

function unknownMethod(name: string): Reply {
  return { kind: "fault", code: -1, message: `${name}: unknown method name` };
}

function registrationMethods({ registry, registration, faults }: MethodContext): [string, Method][] {
  return [
    [
      "init",
      async ([url, interfaceId = ""]) => {
        if (typeof url !== "string" || typeof interfaceId !== "string" || !URL.canParse(url)) return FAULT.generic;
        if (interfaceId === "") {
          registry.remove(url);
          return value("");
        }
        if (faults().initRejected) return FAULT.generic;
        await registration.register({ url, interfaceId });
        return faults().initNeverAnswers ? { kind: "none" } : value("");
      },
    ],
  ];
}

function livenessMethods({ flavour: { ping }, registry, pong, faults }: MethodContext): [string, Method][] {
  if (ping === null) {
    return [["clientServerInitialized", ([id]) => (typeof id === "string" ? value(registry.hasId(id)) : FAULT.generic)]];
  }
  return [
    [
      "ping",
      (params) => {
        if (faults().pingUnsupported) return unknownMethod("ping");
        const [callerId] = params;
        if (params.length !== 1 || typeof callerId !== "string") return FAULT.generic;
        pong({ address: ping.pongAddress, callerId });
        return value(ping.result);
      },
    ],
  ];
}

function deviceMethods({ flavour, inventory }: MethodContext): [string, Method][] {
  const list = (items: XmlRpcValue[]): Reply => value(items.length === 0 ? flavour.emptyList : items);
  const methods: [string, Method][] = [
    ["listDevices", () => list([...inventory.descriptions])],
    ["getDeviceDescription", ([address]) => answer(inventory.describe(text(address)), FAULT.unknownDevice)],
    ["getParamset", ([address, key]) => paramset({ inventory, address: text(address), key: text(key) })],
    ["getValue", ([address, name]) => currentValue({ inventory, address: text(address), name: text(name) })],
    ["getMetadata", ([address, key]) => answer(key === "NAME" ? inventory.nameOf(text(address)) : undefined, FAULT.generic)],
    ["getServiceMessages", () => list(inventory.serviceMessages().map((message) => [message.address, message.parameter, message.value]))],
  ];
  if (inventory.radioModules.length > 0) methods.push(["listBidcosInterfaces", () => list([...inventory.radioModules])]);
  return methods;
}

function paramset({ inventory, address, key }: { inventory: Inventory; address: string; key: string }): Reply {
  if (inventory.describe(address) === undefined) return FAULT.unknownDevice;
  if (key === "MASTER") return value({});
  const values = inventory.values(address);
  return key === "VALUES" && values !== undefined ? value(Object.fromEntries(values)) : FAULT.unknownParamset;
}

function currentValue({ inventory, address, name }: { inventory: Inventory; address: string; name: string }): Reply {
  if (inventory.describe(address) === undefined) return FAULT.unknownDevice;
  return answer(inventory.values(address)?.get(name), FAULT.unknownParameter);
}

function value(result: XmlRpcValue): Reply {
  return { kind: "value", value: result };
}

function answer(result: XmlRpcValue | undefined, otherwise: Reply): Reply {
  return result === undefined ? otherwise : value(result);
}

function text(param: XmlRpcValue | undefined): string {
  return typeof param === "string" ? param : "";
}
