import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { Core } from "./core.ts";

/** What an add-on told about itself. */
export interface Discovery {
  readonly addon: string;
  readonly service: string;
  readonly uuid: string;
  readonly config: unknown;
}

/** The messages of add-ons for Core: one for each add-on and service. */
export class DiscoveryStore {
  readonly #core: Core;
  readonly #messages = new Map<string, Discovery>();
  /** How often Core was told. */
  pushes = 0;

  constructor(core: Core) {
    this.#core = core;
  }

  get messages(): readonly Discovery[] {
    return [...this.#messages.values()];
  }

  /** The same again is not pushed; something else keeps its id and is. A push is lost unless Core runs. */
  async send(addon: string, service: string, config: unknown): Promise<Discovery> {
    const known = this.messages.find((message) => message.addon === addon && message.service === service);
    if (known !== undefined && isDeepStrictEqual(known.config, config)) return known;
    const message = { addon, service, uuid: known?.uuid ?? randomUUID().replaceAll("-", ""), config };
    this.#messages.set(message.uuid, message);
    await this.#push("POST", message);
    return message;
  }

  /** As when the add-on is uninstalled: Core removes the entry that came of it. */
  async remove(uuid: string): Promise<boolean> {
    const message = this.#messages.get(uuid);
    if (message === undefined) return false;
    this.#messages.delete(uuid);
    await this.#push("DELETE", message);
    return true;
  }

  async #push(method: string, message: Discovery): Promise<void> {
    if ((await this.#core.runningVersion()) === null) return;
    this.pushes += 1;
    await this.#core.send(method, `/api/hassio_push/discovery/${message.uuid}`, JSON.stringify(message));
  }
}
