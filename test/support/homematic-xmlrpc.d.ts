declare module "homematic-xmlrpc" {
  import type { Server } from "node:http";

  type Listener = (error: null, params: readonly (readonly unknown[])[], answer: (error: unknown, value: unknown) => void) => void;

  interface XmlRpcServer {
    readonly httpServer: Server;
    on(methodName: string, listener: Listener): void;
  }

  const library: { createServer(options: { host: string; port: number }, onListening: () => void): XmlRpcServer };
  export default library;
}

declare module "homematic-xmlrpc/lib/deserializer.js" {
  import type { Readable } from "node:stream";

  export default class Deserializer {
    constructor(encoding?: string);
    deserializeMethodCall(stream: Readable, done: (error: Error | null | undefined, methodName: string, params: unknown[]) => void): void;
    deserializeMethodResponse(stream: Readable, done: (error: Error | null | undefined, value: unknown) => void): void;
  }
}
