import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { pipeline } from "node:stream";

/** Shows a server under a path of its own, as the ingress of Home Assistant does, and can be taken away. */
export class IngressProxy implements AsyncDisposable {
  static readonly PREFIX = "/api/hassio_ingress/nDTq0gxpWFKl5PIQA6";
  readonly #server: Server;
  #port = 0;
  #away = false;

  private constructor(targetPort: number) {
    this.#server = createServer((incoming, outgoing) => {
      const { url = "", method, headers } = incoming;
      if (this.#away || !url.startsWith(`${IngressProxy.PREFIX}/`)) {
        outgoing.writeHead(this.#away ? 502 : 404).end();
        return;
      }
      const path = url.slice(IngressProxy.PREFIX.length);
      const forwarded = request(
        { host: "127.0.0.1", port: targetPort, path, method, headers: { ...headers, host: "172.30.33.5:8099" } },
        (answer) => {
          outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
          pipeline(answer, outgoing, () => {});
        },
      );
      forwarded.on("error", () => outgoing.destroy());
      outgoing.on("close", () => forwarded.destroy());
      incoming.pipe(forwarded);
    });
  }

  static async start(targetPort: number): Promise<IngressProxy> {
    const proxy = new IngressProxy(targetPort);
    await new Promise<void>((resolve) => proxy.#server.listen(0, "127.0.0.1", resolve));
    const address: AddressInfo | string | null = proxy.#server.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    proxy.#port = address.port;
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}${IngressProxy.PREFIX}/`;
  }

  /** Ends all connections and refuses new ones, as while the add-on restarts. */
  takeAway(): void {
    this.#away = true;
    this.#server.closeAllConnections();
  }

  bringBack(): void {
    this.#away = false;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}
