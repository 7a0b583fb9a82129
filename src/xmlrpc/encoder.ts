import CustomType, { type XmlNode } from "homematic-xmlrpc/lib/customtype.js";
import { serializeFault, serializeMethodCall, serializeMethodResponse } from "homematic-xmlrpc/lib/serializer.js";
import { XmlRpcDouble, type XmlRpcValue } from "./values.ts";

const LIBRARY_DECLARATION = '<?xml version="1.0"?>';
const DECLARATION = '<?xml version="1.0" encoding="iso-8859-1"?>';
const NOT_PLAIN_LATIN_1 = /[^\t\n\x20-\xff]/gu;
const MAX_I4 = 0x7fff_ffff;

/** A request as a CCU sends and takes it: latin-1, strings without a type, never a short or a nil element. */
export function encodeMethodCall(methodName: string, params: readonly XmlRpcValue[]): Buffer {
  return latin1(serializeMethodCall(methodName, params.map(forLibrary)));
}

export function encodeMethodResponse(value: XmlRpcValue): Buffer {
  return latin1(serializeMethodResponse(forLibrary(value)));
}

export function encodeFault({ code, message }: { code: number; message: string }): Buffer {
  return latin1(serializeFault({ faultCode: new Typed("i4", code), faultString: new Untyped(message) }));
}

/** The library writes `<string>` and CDATA, which a CCU does not; `<int>`; and whole doubles as `<int>`. Its hook for own types takes care of all. */
class Untyped extends CustomType {
  override serialize(node: XmlNode): XmlNode {
    return node.txt(this.raw);
  }
}

class Typed extends CustomType {
  constructor(tagName: "i4" | "double", value: number) {
    super(tagName === "double" ? formatDouble(value) : String(value));
    this.tagName = tagName;
  }
}

function forLibrary(value: XmlRpcValue): unknown {
  if (typeof value === "string") return new Untyped(value);
  if (typeof value === "number") return new Typed(isI4(value) ? "i4" : "double", value);
  if (typeof value === "boolean" || value instanceof Date) return value;
  if (value instanceof XmlRpcDouble) return new Typed("double", value.value);
  if (value instanceof Uint8Array) return Buffer.from(value);
  if (Array.isArray(value)) return value.map(forLibrary);
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, forLibrary(member)]));
}

/** As a CCU writes it, with six decimals, unless they would change the value. */
function formatDouble(value: number): string {
  const fixed = value.toFixed(6);
  return Number(fixed) === value ? fixed : String(value);
}

function isI4(value: number): boolean {
  return Number.isInteger(value) && Math.abs(value) <= MAX_I4;
}

/** The library writes UTF-8 without saying so; a CCU reads latin-1. */
function latin1(xml: string): Buffer {
  const body = xml.slice(LIBRARY_DECLARATION.length).toWellFormed();
  return Buffer.from(DECLARATION + body.replace(NOT_PLAIN_LATIN_1, characterReference), "latin1");
}

function characterReference(character: string): string {
  return `&#${character.codePointAt(0)};`;
}
