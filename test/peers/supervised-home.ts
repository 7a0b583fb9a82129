import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AddOnImage, type ContainerOptions } from "./add-on-image.ts";
import { ContainerNetwork, forwardPort } from "./container-network.ts";
import { HomeAssistant, type HomeAssistantOptions } from "./home-assistant.ts";
import { Pydevccu } from "./pydevccu.ts";
import type { InstalledAddOn, Options } from "./supervisor/add-on.ts";
import type { Manifest } from "./supervisor/manifest.ts";
import { Supervisor } from "./supervisor.ts";

export interface SupervisedHomeOptions {
  /** What is mounted into the container beside `/data`. */
  readonly mounts?: ContainerOptions["mounts"];
  /** The file that gets the program's system calls on files. */
  readonly trace?: string;
  readonly manifest?: Partial<Manifest>;
  readonly core?: HomeAssistantOptions;
}

/** All that a home with Home Assistant OS and a CCU has, with the add-on installed and not yet configured. */
export class SupervisedHome implements AsyncDisposable {
  readonly image: AddOnImage;
  readonly supervisor: Supervisor;
  /** Knows of its Supervisor; `start` starts it. */
  readonly homeAssistant: HomeAssistant;
  readonly ccu: Pydevccu;
  readonly addOn: InstalledAddOn;
  /** `/data` of the add-on. */
  readonly data: string;
  readonly #resources: AsyncDisposableStack;

  private constructor(parts: Omit<SupervisedHome, typeof Symbol.asyncDispose | "options">, resources: AsyncDisposableStack) {
    this.image = parts.image;
    this.supervisor = parts.supervisor;
    this.homeAssistant = parts.homeAssistant;
    this.ccu = parts.ccu;
    this.addOn = parts.addOn;
    this.data = parts.data;
    this.#resources = resources;
  }

  static async create({ mounts = {}, trace, manifest = {}, core = {} }: SupervisedHomeOptions = {}): Promise<SupervisedHome> {
    await using resources = new AsyncDisposableStack();
    const environment = Supervisor.environment();
    const image = resources.use(await AddOnImage.build());
    const homeAssistant = resources.use(await HomeAssistant.prepare({ ...core, env: { ...environment } }));
    const supervisor = resources.use(await Supervisor.start(environment));
    const ccu = resources.use(await Pydevccu.start());
    resources.use(await forwardPort({ host: ContainerNetwork.GATEWAY, port: ccu.port }, { host: "127.0.0.1", port: ccu.port }));
    const data = await mkdtemp(join(tmpdir(), "add-on-data-"));
    resources.defer(() => rm(data, { recursive: true, force: true }));
    const addOn = supervisor.install({
      data,
      manifest,
      run: ({ env }) => image.start({ mounts: { "/data": data, ...mounts }, env, ...(trace !== undefined && { trace }) }),
    });
    return new SupervisedHome({ image, supervisor, homeAssistant, ccu, addOn, data }, resources.move());
  }

  /** What a user enters: the address of the CCU, and here the port on which this one listens. */
  get options(): Options {
    const ccu = { host: ContainerNetwork.GATEWAY, interfaces: [`BidCos-RF:${this.ccu.port}`] };
    return { ...this.addOn.manifest.options, ccus: [ccu] };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#resources.disposeAsync();
  }
}
