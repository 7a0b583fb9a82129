declare module "homematic-xmlrpc/lib/serializer.js" {
  export function serializeMethodCall(methodName: string, params: readonly unknown[]): string;
  export function serializeMethodResponse(result: unknown): string;
  export function serializeFault(fault: unknown): string;
}

declare module "homematic-xmlrpc/lib/customtype.js" {
  interface XmlNode {
    ele(name: string): XmlNode;
    txt(text: string): XmlNode;
  }

  export default class CustomType {
    readonly raw: string;
    constructor(raw: string);
    tagName: string;
    serialize(node: XmlNode): XmlNode;
  }
}
