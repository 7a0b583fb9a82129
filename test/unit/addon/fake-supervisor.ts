import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import { type Listening, listen } from "../../support/listening.ts";

/** The Supervisor's API over a real socket; the test says how it answers. */
export class FakeSupervisor implements AsyncDisposable {
  readonly requests: { readonly method: string; readonly url: string; readonly headers: IncomingHttpHeaders; readonly body: string }[] = [];
  answer: (response: ServerResponse) => void = (response) => response.writeHead(503).end();
  readonly #server = createServer(async (request, response) => {
    const { method = "", url = "", headers } = request;
    this.requests.push({ method, url, headers, body: (await request.toArray()).join("") });
    this.answer(response);
  });
  #listening: Listening | undefined;

  static async start(): Promise<FakeSupervisor> {
    const supervisor = new FakeSupervisor();
    supervisor.#listening = await listen(supervisor.#server);
    return supervisor;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#listening?.port}`;
  }

  /** Resolves once a request has come in that is left without an answer. */
  hang(): Promise<void> {
    return new Promise((resolve) => {
      this.answer = () => resolve();
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#listening?.[Symbol.asyncDispose]();
  }
}

/** What the Supervisor says, call by call; the last one for good. */
export function scripted<Said>(...said: readonly [Said | Error, ...(Said | Error)[]]): () => Promise<Said> {
  let call = 0;
  return async () => {
    const next = said[Math.min(call, said.length - 1)] ?? said[0];
    call += 1;
    if (next instanceof Error) throw next;
    return next;
  };
}

interface FakeInterface {
  readonly name: string;
  readonly primary?: boolean;
  readonly connected?: boolean;
  /** null: the interface has no IPv4. */
  readonly addresses: readonly string[] | null;
}

/** As `GET /network/info` answers. */
export function networkInfo(...interfaces: readonly FakeInterface[]): (response: ServerResponse) => void {
  const described = interfaces.map(({ name, primary = false, connected = true, addresses }) => ({
    interface: name,
    type: "ethernet",
    enabled: true,
    connected,
    primary,
    mac: "AA:BB:CC:DD:EE:FF",
    ipv4: addresses === null ? null : { method: "auto", address: addresses, nameservers: ["192.168.178.1"], gateway: null, ready: true },
    ipv6: { method: "auto", address: ["2001:db8::30/64", "fe80::30/64"], nameservers: [], gateway: null, ready: true },
    wifi: null,
    vlan: null,
  }));
  const docker = { interface: "hassio", address: "172.30.32.0/23", gateway: "172.30.32.1", dns: "172.30.32.3" };
  const data = { interfaces: described, docker, host_internet: true, supervisor_internet: true };
  return (response) => response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ result: "ok", data }));
}
