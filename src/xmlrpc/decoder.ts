import { HomematicError } from "../base/errors.ts";
import { decodeText } from "./charset.ts";
import { scalar } from "./scalars.ts";
import { isStruct, type MethodCall, type XmlRpcStruct, type XmlRpcValue } from "./values.ts";
import { malformed, XmlScanner } from "./xml-scanner.ts";

export interface DecoderLimits {
  readonly maxBytes: number;
  /** Arrays and structs inside each other. */
  readonly maxDepth: number;
  /** Values of one document, arrays and structs included. */
  readonly maxValues: number;
}

export const WIRE_LIMITS: DecoderLimits = { maxBytes: 10 * 1024 * 1024, maxDepth: 64, maxValues: 200_000 };

export type MethodResponse =
  | { readonly kind: "value"; readonly value: XmlRpcValue }
  | { readonly kind: "fault"; readonly code: number; readonly message: string };

/** Throws MALFORMED_REQUEST or LIMIT_EXCEEDED, both saying what and where. */
export function decodeMethodCall(body: Uint8Array, limits: DecoderLimits = WIRE_LIMITS): MethodCall {
  return new Decoder(body, limits).methodCall();
}

/** Throws MALFORMED_REQUEST or LIMIT_EXCEEDED, both saying what and where. */
export function decodeMethodResponse(body: Uint8Array, limits: DecoderLimits = WIRE_LIMITS): MethodResponse {
  return new Decoder(body, limits).methodResponse();
}

/** Reads the grammar of XML-RPC off the scanner, one method per element; no tree of nodes in between. */
class Decoder {
  readonly #xml: XmlScanner;
  readonly #limits: DecoderLimits;
  #values = 0;

  constructor(body: Uint8Array, limits: DecoderLimits) {
    if (body.length > limits.maxBytes) throw exceeded(`${body.length} bytes, allowed are ${limits.maxBytes}`);
    this.#xml = new XmlScanner(decodeText(body));
    this.#limits = limits;
  }

  methodCall(): MethodCall {
    this.#expect("methodCall");
    this.#expect("methodName");
    const methodName = this.#leaf("methodName").trim();
    if (methodName === "") throw malformed("a call without a method name", this.#xml.position);
    const params: XmlRpcValue[] = [];
    let tag = this.#tag();
    if (tag === "params") {
      while (this.#opens("param", "/params")) params.push(this.#param());
      tag = this.#tag();
    }
    this.#same(tag, "/methodCall");
    this.#end();
    return { methodName, params };
  }

  methodResponse(): MethodResponse {
    this.#expect("methodResponse");
    const tag = this.#tag();
    const response = tag === "fault" ? this.#fault() : this.#result(tag);
    this.#expect("/methodResponse");
    this.#end();
    return response;
  }

  #result(tag: string): MethodResponse {
    this.#same(tag, "params");
    // Some peers answer "nothing" with no parameter at all.
    if (!this.#opens("param", "/params")) return { kind: "value", value: "" };
    const value = this.#param();
    this.#expect("/params");
    return { kind: "value", value };
  }

  #fault(): MethodResponse {
    this.#expect("value");
    const fault = this.#value(0);
    this.#expect("/fault");
    const { faultCode, faultString } = isStruct(fault) ? fault : {};
    if (typeof faultCode !== "number") throw malformed("a fault without a code", this.#xml.position);
    return { kind: "fault", code: faultCode, message: typeof faultString === "string" ? faultString : "" };
  }

  #param(): XmlRpcValue {
    this.#expect("value");
    const value = this.#value(0);
    this.#expect("/param");
    return value;
  }

  /** What follows `<value>`, up to and with `</value>`; text without a type is a string. */
  #value(depth: number): XmlRpcValue {
    this.#values += 1;
    if (this.#values > this.#limits.maxValues) throw exceeded(`more than ${this.#limits.maxValues} values`);
    const text = this.#xml.text();
    const tag = this.#xml.tag();
    if (tag === "/value") return text;
    this.#blank(text);
    const value = this.#typed(tag, depth);
    this.#expect("/value");
    return value;
  }

  #typed(type: string, depth: number): XmlRpcValue {
    if (type === "array") return this.#array(depth + 1);
    if (type === "struct") return this.#struct(depth + 1);
    const text = this.#leaf(type);
    const value = scalar(type, text);
    if (value === undefined) throw malformed(`<${clip(type)}> with ${JSON.stringify(clip(text))}`, this.#xml.position);
    return value;
  }

  #array(depth: number): XmlRpcValue[] {
    this.#shallow(depth);
    const items: XmlRpcValue[] = [];
    if (!this.#opens("data", "/array")) return items;
    while (this.#opens("value", "/data")) items.push(this.#value(depth));
    this.#expect("/array");
    return items;
  }

  #struct(depth: number): XmlRpcStruct {
    this.#shallow(depth);
    const struct: XmlRpcStruct = Object.create(null);
    while (this.#opens("member", "/struct")) {
      this.#expect("name");
      const name = this.#leaf("name");
      this.#expect("value");
      struct[name] = this.#value(depth);
      this.#expect("/member");
    }
    return struct;
  }

  /** The text of an element that holds nothing else. */
  #leaf(tag: string): string {
    const text = this.#xml.text();
    const close = this.#xml.tag();
    if (close.length !== tag.length + 1 || !close.startsWith("/") || !close.endsWith(tag)) throw this.#unexpected(close, `/${tag}`);
    return text;
  }

  #tag(): string {
    this.#blank(this.#xml.text());
    return this.#xml.tag();
  }

  #expect(expected: string): void {
    this.#same(this.#tag(), expected);
  }

  /** Whether the next tag is `tag`; if not, it must be `end`. */
  #opens(tag: string, end: string): boolean {
    const next = this.#tag();
    if (next === tag) return true;
    this.#same(next, end);
    return false;
  }

  #same(tag: string, expected: string): void {
    if (tag !== expected) throw this.#unexpected(tag, expected);
  }

  #blank(text: string): void {
    if (text !== "" && text.trim() !== "") throw malformed(`text outside a value: ${JSON.stringify(clip(text))}`, this.#xml.position);
  }

  #shallow(depth: number): void {
    if (depth > this.#limits.maxDepth) throw exceeded(`nested deeper than ${this.#limits.maxDepth}, at character ${this.#xml.position}`);
  }

  #end(): void {
    this.#blank(this.#xml.text());
    if (!this.#xml.atEnd) throw malformed("something after the end", this.#xml.position);
  }

  #unexpected(tag: string, expected: string): HomematicError {
    return malformed(`found <${clip(tag)}> instead of <${expected}>`, this.#xml.position);
  }
}

function exceeded(problem: string): HomematicError {
  return new HomematicError({ code: "LIMIT_EXCEEDED", message: `The XML-RPC document is too large: ${problem}` });
}

function clip(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}...` : text;
}
