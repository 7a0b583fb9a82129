import { z } from "zod";
import { type FakeCommand, type FakeHomeAssistant, type FakePeer, Refusal } from "./fake-home-assistant.ts";

const DOMAIN = "homematic_vitals";
const values = z.record(z.string(), z.unknown());
const entityIds = z.record(z.string(), z.string()).default({});
const connect = z.object({ instance_id: z.string(), protocol: z.int(), heartbeat_s: z.number() });
const device = { id: z.string(), metrics: values, entity_ids: entityIds };
const sync = z.object({ ccus: z.array(z.looseObject({ ...device, interfaces: z.array(z.looseObject(device)).default([]) })) });
const update = z.object({ seq: z.int(), values: z.record(z.string(), values) });
const event: z.ZodType<ToldEvent> = z.object({ ccu: z.string(), event_type: z.string(), data: z.record(z.string(), z.unknown()) });
const issues = z.object({ issues: z.array(z.looseObject({ ccu: z.string(), key: z.string() })) });

const BINARY: ReadonlySet<string> = new Set(["problem", "connected"]);

interface ToldEvent {
  readonly ccu: string;
  readonly event_type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

interface Session {
  readonly peer: FakePeer;
  readonly id: number;
  readonly instanceId: string;
  readonly protocol: number;
  seq: number;
}

/** The companion integration inside a fake Home Assistant, after docs/companion-protocol.md. */
export class FakeCompanion {
  /** What the entities show, by device id. */
  readonly shown: Map<string, Record<string, unknown>> = new Map();
  readonly events: ToldEvent[] = [];
  issues: unknown = null;
  /** Answers the next command of this name (`connect`, `sync`, ...) with a code; removed when used. */
  readonly refuseNext: Map<string, string> = new Map();
  protocol: { min: number; max: number } = { min: 1, max: 2 };
  entryState: "loaded" | "not_loaded" | "not_configured" = "loaded";
  /** Who holds the session when it is somebody else. */
  other: string | null = null;
  session: Session | null = null;
  goodbye: unknown = null;
  readonly #home: FakeHomeAssistant;

  constructor(home: FakeHomeAssistant) {
    this.#home = home;
  }

  /** Makes the commands known, as Home Assistant does once the integration has a config entry. */
  static load(home: FakeHomeAssistant): FakeCompanion {
    const companion = new FakeCompanion(home);
    home.integrationInstalled = true;
    home.entries.set(DOMAIN, [{ entry_id: DOMAIN, state: "loaded", disabled_by: null }]);
    home.services.set("homeassistant.reload_config_entry", () => companion.#makeOwnEntity());
    companion.#makeOwnEntity();
    const handlers = {
      hello: () => ({
        integration_version: "0.1.0",
        installed_version: "0.1.0",
        protocol: companion.protocol,
        entry_state: companion.entryState,
      }),
      connect: (command: FakeCommand, peer: FakePeer) => companion.#connect(command, peer),
      sync: (command: FakeCommand, peer: FakePeer) => companion.#sync(command, peer),
      update: (command: FakeCommand, peer: FakePeer) => companion.#update(command, peer),
      event: (command: FakeCommand, peer: FakePeer) => companion.#event(command, peer),
      issues: (command: FakeCommand, peer: FakePeer) => companion.#issues(command, peer),
      goodbye: (command: FakeCommand, peer: FakePeer) => companion.#goodbye(command, peer),
    };
    for (const [name, handler] of Object.entries(handlers)) {
      home.commands.set(`${DOMAIN}/${name}`, (command, peer) => {
        const code = companion.refuseNext.get(name);
        companion.refuseNext.delete(name);
        if (code !== undefined) throw new Refusal(code);
        return handler(command, peer);
      });
    }
    return companion;
  }

  /** The config entry is loaded. */
  announce(): void {
    this.entryState = "loaded";
    this.#home.fire("homematic_vitals_ready", { integration_version: "0.1.0", protocol: this.protocol });
  }

  /** The config entry is unloaded. */
  unload(): void {
    this.entryState = "not_loaded";
    this.tell({ kind: "unloaded" });
    this.session = null;
  }

  tell(message: unknown): void {
    if (this.session !== null) this.session.peer.sendEvent(this.session.id, message);
  }

  /** Made whenever the entry is loaded. */
  #makeOwnEntity(): void {
    this.#home.registry.addDevice(DOMAIN, ":app");
    this.#register("binary_sensor.homematic_vitals_add_on_connection", "add-on-connection");
  }

  #connect(command: FakeCommand, peer: FakePeer): void {
    const { instance_id: instanceId, protocol } = connect.parse(command);
    if (this.entryState !== "loaded") throw new Refusal("not_loaded");
    if (protocol < this.protocol.min || protocol > this.protocol.max) throw new Refusal("protocol_mismatch");
    if (this.other !== null) throw new Refusal("instance_conflict");
    this.session = { peer, id: command.id, instanceId, protocol, seq: 0 };
    peer.subscriptions.set(command.id, DOMAIN);
  }

  #sync(command: FakeCommand, peer: FakePeer): object {
    const session = this.#sessionOf(peer);
    this.shown.clear();
    for (const { interfaces, ...ccu } of sync.parse(command).ccus) {
      this.#show(ccu, `${ccu.id}_hub`);
      this.#register(ccu.entity_ids["event.incident"] ?? `event.${slug(ccu.id)}_incident`, `${ccu.id}_hub_incident`);
      for (const one of interfaces) this.#show(one, one.id.replace("/", "_"));
    }
    this.#removeStale();
    session.seq = 0;
    return { unknown_metrics: [] };
  }

  #show(
    { id, metrics, entity_ids: wanted }: { id: string; metrics: Record<string, unknown>; entity_ids: Record<string, string> },
    owner: string,
  ): void {
    this.shown.set(id, metrics);
    this.#home.registry.addDevice(DOMAIN, id);
    for (const key of Object.keys(metrics)) {
      const platform = BINARY.has(key) ? "binary_sensor" : "sensor";
      const entityId = wanted[`${platform}.${key}`] ?? `${platform}.${slug(id)}_${key}`;
      this.#register(entityId, `${owner}_${key.replaceAll("_", "-")}`);
    }
  }

  #removeStale(): void {
    const owners = [...this.shown].map(([id]) => (id.includes("/") ? `${id.replace("/", "_")}_` : `${id}_hub_`));
    const { registry } = this.#home;
    for (const { entity_id: entityId, unique_id: uniqueId, platform } of [...registry.entities.values()]) {
      const isOwned = uniqueId === "add-on-connection" || owners.some((owner) => uniqueId.startsWith(owner));
      if (platform === DOMAIN && !isOwned) registry.entities.delete(entityId);
    }
    for (const { identifiers } of [...registry.devices.values()]) {
      for (const [domain, id] of identifiers)
        if (domain === DOMAIN && id !== ":app" && !this.shown.has(id)) registry.removeDevice(domain, id);
    }
  }

  #register(entityId: string, uniqueId: string): void {
    this.#home.registry.add({ entity_id: entityId, unique_id: uniqueId, platform: DOMAIN });
  }

  #update(command: FakeCommand, peer: FakePeer): object {
    const session = this.#sessionOf(peer);
    const { seq, values: changes } = update.parse(command);
    const isKnown = Object.keys(changes).every((id) => this.shown.has(id));
    if (seq !== session.seq + 1 || !isKnown) throw new Refusal("resync_required");
    session.seq = seq;
    for (const [id, metrics] of Object.entries(changes)) this.shown.set(id, { ...this.shown.get(id), ...metrics });
    return { unknown_metrics: [] };
  }

  #event(command: FakeCommand, peer: FakePeer): object {
    this.#sessionOf(peer, 2);
    const told = event.parse(command);
    if (!this.shown.has(told.ccu)) throw new Refusal("unknown_ccu");
    this.events.push(told);
    return { known: true };
  }

  #issues(command: FakeCommand, peer: FakePeer): object {
    this.#sessionOf(peer, 2);
    const told = issues.parse(command).issues;
    if (told.some(({ ccu }) => !this.shown.has(ccu))) throw new Refusal("unknown_ccu");
    this.issues = told;
    return { unknown_keys: [] };
  }

  #goodbye({ reason }: FakeCommand, peer: FakePeer): void {
    this.#sessionOf(peer);
    this.goodbye = reason;
    this.session = null;
  }

  #sessionOf(peer: FakePeer, protocol = 1): Session {
    if (this.session?.peer !== peer || this.session.protocol < protocol) throw new Refusal("no_session");
    return this.session;
  }
}

function slug(id: string): string {
  return id.toLowerCase().replaceAll(/[^a-z0-9]+/g, "_");
}
