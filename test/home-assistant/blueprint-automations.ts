import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { z } from "zod";
import { eventually } from "../peers/eventually.ts";
import type { HomeAssistant } from "../peers/home-assistant.ts";
import { repositoryRoot } from "../peers/paths.ts";
import { listen } from "../support/listening.ts";

const FOLDER = join(repositoryRoot, "blueprints", "automation", "homematic_vitals");
const EVENT = "blueprint_notification";
const LIMIT_MS = 30_000;

const Imported = z.object({
  raw_data: z.string(),
  validation_errors: z.array(z.string()).nullable(),
  blueprint: z.object({ metadata: z.looseObject({ name: z.string(), domain: z.literal("automation") }) }),
});
const Notification = z.object({ data: z.object({ automation: z.string(), title: z.string(), message: z.string() }) });

export interface Notification {
  readonly title: string;
  readonly message: string;
}

/** What the automations of a blueprint told, in order. */
export class Notifications {
  readonly all: Notification[] = [];
  #taken = 0;

  /** The one after the last that was taken. */
  async next(): Promise<Notification> {
    const notification = await eventually({
      what: `notification ${this.#taken + 1} after ${JSON.stringify(this.all)}`,
      timeoutMs: LIMIT_MS,
      ask: () => this.all[this.#taken],
    });
    this.#taken += 1;
    return notification;
  }
}

/** Imports the blueprints of this checkout as a user does, and makes automations from them through the editor's API. */
export class BlueprintAutomations {
  readonly #homeAssistant: HomeAssistant;

  constructor(homeAssistant: HomeAssistant) {
    this.#homeAssistant = homeAssistant;
  }

  /** Lets Home Assistant fetch the file and saves what it made of it; answers the name that it shows. */
  async import(file: string): Promise<string> {
    const yaml = await readFile(join(FOLDER, file));
    await using server = await listen(createServer((_, response) => response.end(yaml)));
    const url = `http://127.0.0.1:${server.port}/${file}`;
    const imported = Imported.parse(await this.#homeAssistant.call("blueprint/import", { url }));
    if (imported.validation_errors) throw new Error(`${file}: ${imported.validation_errors.join("; ")}`);
    await this.#homeAssistant.call("blueprint/save", {
      domain: "automation",
      path: pathOf(file),
      yaml: imported.raw_data,
      source_url: url,
    });
    return imported.blueprint.metadata.name;
  }

  /** An automation that tells by an event and by further actions; `id` makes its name and its entity id. */
  async create(id: string, file: string, input: object, further: readonly object[] = []): Promise<Notifications> {
    const told = new Notifications();
    await this.#homeAssistant.api.subscribe("subscribe_events", { event_type: EVENT }, (event) => {
      const { data } = Notification.parse(event);
      if (data.automation === id) told.all.push({ title: data.title, message: data.message });
    });
    const tell = { event: EVENT, event_data: { automation: id, title: "{{ title }}", message: "{{ message }}" } };
    await this.createUnchanged(id, file, { ...input, actions: [tell, ...further] });
    return told;
  }

  /** An automation that tells as the blueprint does by itself. */
  async createUnchanged(id: string, file: string, input: object): Promise<void> {
    const automation = { alias: id.replaceAll("_", " "), use_blueprint: { path: pathOf(file), input } };
    await this.#homeAssistant.api.rest("POST", `/api/config/automation/config/${id}`, automation);
    await this.#homeAssistant.waitForState(`automation.${id}`, "on");
  }
}

/** Where Home Assistant keeps a blueprint that came from this repository on GitHub. */
const pathOf = (file: string): string => `homematic-vitals/${file}`;
