/** What travels in XML-RPC. Structs are records without a prototype; base64 becomes bytes. */
export type XmlRpcValue = string | number | boolean | Date | Uint8Array | XmlRpcDouble | XmlRpcValue[] | XmlRpcStruct;

export interface XmlRpcStruct {
  [member: string]: XmlRpcValue;
}

/** Forces `<double>` for a number that is whole; a CCU refuses an `<i4>` where it expects a double. */
export class XmlRpcDouble {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

export interface MethodCall {
  readonly methodName: string;
  readonly params: readonly XmlRpcValue[];
}

export function isStruct(value: XmlRpcValue | undefined): value is XmlRpcStruct {
  return (
    typeof value === "object" &&
    !Array.isArray(value) &&
    !(value instanceof Date || value instanceof Uint8Array || value instanceof XmlRpcDouble)
  );
}
