import { z } from "zod";
import { type FakeCommand, type FakeHomeAssistant, type FakePeer, Refusal } from "./fake-home-assistant.ts";

const DOMAIN = "homematic_vitals";
const values = z.record(z.string(), z.unknown());
const connect = z.object({ instance_id: z.string(), protocol: z.int(), heartbeat_s: z.number() });
const sync = z.object({ ccus: z.array(z.looseObject({ id: z.string(), metrics: values })) });
const update = z.object({ seq: z.int(), values: z.record(z.string(), values) });

interface Session {
  readonly peer: FakePeer;
  readonly id: number;
  readonly instanceId: string;
  seq: number;
}

/** The companion integration inside a fake Home Assistant, after docs/companion-protocol.md. */
export class FakeCompanion {
  /** What the entities show, by CCU id. */
  readonly shown: Map<string, Record<string, unknown>> = new Map();
  /** Answers the next command of this name (`connect`, `sync`, ...) with a code; removed when used. */
  readonly refuseNext: Map<string, string> = new Map();
  protocol: { min: number; max: number } = { min: 1, max: 1 };
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
    const handlers = {
      hello: () => ({ integration_version: "0.1.0", protocol: companion.protocol, entry_state: companion.entryState }),
      connect: (command: FakeCommand, peer: FakePeer) => companion.#connect(command, peer),
      sync: (command: FakeCommand, peer: FakePeer) => companion.#sync(command, peer),
      update: (command: FakeCommand, peer: FakePeer) => companion.#update(command, peer),
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

  tell(event: unknown): void {
    if (this.session !== null) this.session.peer.sendEvent(this.session.id, event);
  }

  #connect(command: FakeCommand, peer: FakePeer): void {
    const { instance_id: instanceId } = connect.parse(command);
    if (this.entryState !== "loaded") throw new Refusal("not_loaded");
    if (this.other !== null) throw new Refusal("instance_conflict");
    this.session = { peer, id: command.id, instanceId, seq: 0 };
    peer.subscriptions.set(command.id, DOMAIN);
  }

  #sync(command: FakeCommand, peer: FakePeer): object {
    const session = this.#sessionOf(peer);
    this.shown.clear();
    for (const ccu of sync.parse(command).ccus) this.shown.set(ccu.id, ccu.metrics);
    session.seq = 0;
    return { unknown_metrics: [] };
  }

  #update(command: FakeCommand, peer: FakePeer): object {
    const session = this.#sessionOf(peer);
    const { seq, values: changes } = update.parse(command);
    if (seq !== session.seq + 1) throw new Refusal("resync_required");
    session.seq = seq;
    for (const [id, metrics] of Object.entries(changes)) this.shown.set(id, { ...this.shown.get(id), ...metrics });
    return { unknown_metrics: [] };
  }

  #goodbye({ reason }: FakeCommand, peer: FakePeer): void {
    this.#sessionOf(peer);
    this.goodbye = reason;
    this.session = null;
  }

  #sessionOf(peer: FakePeer): Session {
    if (this.session?.peer !== peer) throw new Refusal("no_session");
    return this.session;
  }
}
