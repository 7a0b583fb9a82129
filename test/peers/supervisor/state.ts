import { type Installation, InstalledAddOn } from "./add-on.ts";
import type { Caller } from "./api.ts";
import type { Core } from "./core.ts";
import { type Discovery, DiscoveryStore } from "./discovery.ts";

/** What the Supervisor remembers. */
export class SupervisorState implements AsyncDisposable {
  readonly core: Core;
  readonly discovery: DiscoveryStore;
  /** The user of each ingress session. */
  readonly sessions: Map<string, string> = new Map();
  readonly #requests: { readonly caller: Caller; readonly request: string }[] = [];
  readonly #coreToken: string | null;
  #addOn: InstalledAddOn | undefined;

  constructor({ core, coreToken }: { core: Core; coreToken: string | null }) {
    this.core = core;
    this.discovery = new DiscoveryStore(core);
    this.#coreToken = coreToken;
  }

  get addOn(): InstalledAddOn {
    if (this.#addOn === undefined) throw new Error("no add-on is installed");
    return this.#addOn;
  }

  get installed(): InstalledAddOn | undefined {
    return this.#addOn;
  }

  install(installation: Installation): InstalledAddOn {
    this.#addOn = new InstalledAddOn(installation);
    return this.#addOn;
  }

  async uninstall(): Promise<void> {
    const { slug } = this.addOn;
    await this.addOn[Symbol.asyncDispose]();
    this.#addOn = undefined;
    for (const { addon, uuid } of this.discovery.messages) if (addon === slug) await this.discovery.remove(uuid);
  }

  /** What Core is told when it starts: only of add-ons that are started by then. */
  startedDiscoveries(): readonly Discovery[] {
    return this.#addOn?.state === "started" ? this.discovery.messages : [];
  }

  isAddOnToken(token: string): boolean {
    return token !== "" && token === this.#addOn?.token;
  }

  callerOf(authorization: string | undefined): Caller {
    const token = /^Bearer (.+)$/.exec(authorization ?? "")?.[1];
    if (token === undefined) return "nobody";
    if (token === this.#coreToken) return "core";
    return this.isAddOnToken(token) ? "add-on" : "stranger";
  }

  noteRequest(caller: Caller, request: string): void {
    this.#requests.push({ caller, request });
  }

  requestsOf(caller: Caller): readonly string[] {
    return this.#requests.filter((noted) => noted.caller === caller).map(({ request }) => request);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#addOn?.[Symbol.asyncDispose]();
  }
}
