import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AddOnImage, type ContainerOptions } from "./add-on-image.ts";
import { ContainerNetwork, forwardPort } from "./container-network.ts";
import { HomeAssistant, type HomeAssistantOptions } from "./home-assistant.ts";
import { Pydevccu } from "./pydevccu.ts";
import type { Installation, InstalledAddOn, Options } from "./supervisor/add-on.ts";
import type { Manifest } from "./supervisor/manifest.ts";
import { Supervisor } from "./supervisor.ts";

export interface SupervisedHomeOptions {
  /** Folder that becomes `/data`; a temporary one unless stated. */
  readonly data?: string;
  /** What is mounted into the container beside `/data` and what the manifest maps. */
  readonly mounts?: ContainerOptions["mounts"];
  /** The folder that gets the program's system calls on files, a file for each start. */
  readonly trace?: string;
  readonly core?: HomeAssistantOptions;
}

interface Parts {
  readonly image: AddOnImage;
  readonly supervisor: Supervisor;
  readonly homeAssistant: HomeAssistant;
  readonly ccu: Pydevccu;
  readonly installation: Installation;
}

/** All that a home with Home Assistant OS and a CCU has, with the add-on installed and not yet configured. */
export class SupervisedHome implements AsyncDisposable {
  readonly image: AddOnImage;
  readonly supervisor: Supervisor;
  /** Knows of its Supervisor; `start` starts it. */
  readonly homeAssistant: HomeAssistant;
  readonly ccu: Pydevccu;
  readonly #installation: Installation;
  readonly #resources: AsyncDisposableStack;

  private constructor(parts: Parts, resources: AsyncDisposableStack) {
    this.image = parts.image;
    this.supervisor = parts.supervisor;
    this.homeAssistant = parts.homeAssistant;
    this.ccu = parts.ccu;
    this.#installation = parts.installation;
    this.#resources = resources;
  }

  static async create({ data: given, mounts = {}, trace, core = {} }: SupervisedHomeOptions = {}): Promise<SupervisedHome> {
    await using resources = new AsyncDisposableStack();
    const environment = Supervisor.environment();
    const image = resources.use(await AddOnImage.build());
    const homeAssistant = resources.use(await HomeAssistant.prepare({ ...core, env: { ...environment } }));
    const supervisor = resources.use(await Supervisor.start(environment));
    const ccu = resources.use(await Pydevccu.start());
    resources.use(await forwardPort({ host: ContainerNetwork.GATEWAY, port: ccu.port }, { host: "127.0.0.1", port: ccu.port }));
    const data = given ?? (await mkdtemp(join(tmpdir(), "add-on-data-")));
    if (given === undefined) resources.defer(() => rm(data, { recursive: true, force: true }));
    const installation: Installation = {
      data,
      run: ({ env, manifest }) => {
        const own = { "/data": data, ...(mapsConfiguration(manifest) && { "/homeassistant": homeAssistant.configDirectory }) };
        return image.start({ mounts: { ...own, ...mounts }, env, ...(trace !== undefined && { trace }) });
      },
    };
    const home = new SupervisedHome({ image, supervisor, homeAssistant, ccu, installation }, resources.move());
    home.install();
    return home;
  }

  get addOn(): InstalledAddOn {
    return this.supervisor.addOn;
  }

  /** `/data` of the add-on. */
  get data(): string {
    return this.#installation.data;
  }

  /** Installs the add-on, with fields that differ from those of this checkout. */
  install(manifest: Partial<Manifest> = {}): void {
    this.supervisor.install({ ...this.#installation, manifest });
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

/** Whether the add-on asks for Home Assistant's configuration folder. */
function mapsConfiguration({ map }: Manifest): boolean {
  return JSON.stringify(map).includes("homeassistant_config");
}
