import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { connect, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { repositoryRoot } from "./paths.ts";
import { PeerProcess } from "./process.ts";

/** Another run on this machine may hold the addresses. */
const TURN_LIMIT_MS = 600_000;

/** The network that a Supervisor gives to its containers, with the addresses that it always has. */
export class ContainerNetwork implements AsyncDisposable {
  /** Name of the network namespace of the container. */
  static readonly NAMESPACE: string = "hassio";
  /** This machine as containers see it. */
  static readonly GATEWAY: string = "172.30.32.1";
  /** The only address that the page of an add-on may be asked from. */
  static readonly SUPERVISOR: string = "172.30.32.2";
  static readonly CONTAINER: string = "172.30.33.5";
  /** The address of this machine in its home. */
  static readonly LAN: string = "192.0.2.30";
  readonly #holder: PeerProcess;

  private constructor(holder: PeerProcess) {
    this.#holder = holder;
  }

  static async create(): Promise<ContainerNetwork> {
    const holder = PeerProcess.start({
      name: "container-network.sh",
      command: join(repositoryRoot, "test", "peers", "container-network.sh"),
      args: [
        ContainerNetwork.NAMESPACE,
        ContainerNetwork.GATEWAY,
        ContainerNetwork.SUPERVISOR,
        ContainerNetwork.CONTAINER,
        ContainerNetwork.LAN,
      ],
    });
    await holder.waitForLine(/^ready$/, TURN_LIMIT_MS);
    return new ContainerNetwork(holder);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#holder.stop();
  }
}

interface Place {
  readonly host: string;
  readonly port: number;
}

/** Passes connections on, as Docker does for a published port; `from` has to be free. */
export async function forwardPort(from: Place, to: Place): Promise<AsyncDisposable> {
  const clients = new Set<Socket>();
  const server = createServer((client) => {
    const target = connect(to);
    clients.add(client);
    client.on("close", () => {
      clients.delete(client);
      target.destroy();
    });
    client.on("error", () => client.destroy());
    target.on("error", () => client.destroy());
    client.pipe(target).pipe(client);
  });
  server.listen(from);
  await once(server, "listening");
  return {
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, "close");
      server.close();
      for (const client of clients) client.destroy();
      await closed;
    },
  };
}

export interface Received {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** Asks for a page from one of the addresses of this side, or sends it a form. */
export async function requestFrom({
  from,
  url,
  form,
  timeoutMs = 10_000,
}: {
  from: string;
  url: string;
  form?: URLSearchParams;
  timeoutMs?: number;
}): Promise<Received> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const headers = form && { "content-type": "application/x-www-form-urlencoded" };
  const method = form === undefined ? "GET" : "POST";
  request(url, { localAddress: from, method, headers, signal: AbortSignal.timeout(timeoutMs) }, resolve)
    .on("error", reject)
    .end(form?.toString());
  const response = await promise;
  response.setEncoding("utf8");
  let body = "";
  for await (const part of response) body += part;
  return { status: response.statusCode ?? 0, type: response.headers["content-type"] ?? "", body };
}
