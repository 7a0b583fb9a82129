import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import { ContainerNetwork } from "./container-network.ts";
import { repositoryRoot } from "./paths.ts";
import { PeerProcess } from "./process.ts";

const run = promisify(execFile);

const BASE = "localhost/node:24";
const IMAGE = "localhost/homematic-vitals";

const Inspected = z.object({ OCIv1: z.object({ config: z.object({ Env: z.array(z.string()), Cmd: z.array(z.string()) }) }) });

export interface ContainerOptions {
  /** Folders and files of this machine by their place in the container. */
  readonly mounts: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  /** The folder that gets the system calls on files, a file for each start. */
  readonly trace?: string;
  /** Instead of that of the image. */
  readonly command?: readonly string[];
}

/** The image that a Home Assistant builds from `dist/addon`, built by buildah on a base that is made of this machine's own Node.js. */
export class AddOnImage implements AsyncDisposable {
  readonly #directory: string;
  #root = "";
  #command: readonly string[] = [];
  #env: Readonly<Record<string, string>> = {};

  private constructor(directory: string) {
    this.#directory = directory;
  }

  static async build(): Promise<AddOnImage> {
    const image = new AddOnImage(await mkdtemp(join(tmpdir(), "add-on-image-")));
    await run(process.execPath, [join(repositoryRoot, "scripts", "addon.mjs")]);
    await image.#buildBase();
    await image.#buildah(
      "bud",
      "--isolation",
      "chroot",
      "--build-arg",
      `BASE_IMAGE=${BASE}`,
      "--tag",
      IMAGE,
      join(repositoryRoot, "dist", "addon"),
    );
    const inspected = Inspected.parse(JSON.parse(await image.#buildah("inspect", "--type", "image", IMAGE)));
    const { Env, Cmd } = inspected.OCIv1.config;
    image.#command = Cmd;
    image.#env = Object.fromEntries(Env.map((line) => line.split("=", 2)));
    image.#root = await image.#buildah("mount", await image.#buildah("from", IMAGE));
    return image;
  }

  /** The folder of this machine that is the root of the container. */
  get root(): string {
    return this.#root;
  }

  /** What the image adds to its base, by path, with the size in bytes. */
  async ownFiles(): Promise<ReadonlyMap<string, number>> {
    const base = new Set(await filesBelow(this.#baseRoot));
    const own = (await filesBelow(this.#root)).filter((file) => !base.has(file));
    return new Map(await Promise.all(own.map(async (file) => [file, (await stat(join(this.#root, file))).size] as const)));
  }

  /** Runs the image as Docker does for the Supervisor, with nothing but this environment and these mounts. */
  start({ mounts, env, trace, command = this.#command }: ContainerOptions): PeerProcess {
    const mountLines = Object.entries(mounts).map(([target, source]) => `${source} ${target}`);
    const nothing = Object.fromEntries(Object.keys(process.env).map((name) => [name, undefined]));
    return PeerProcess.start({
      name: "add-on image",
      command: join(repositoryRoot, "test", "peers", "run-in-image.sh"),
      args: [this.#root, ContainerNetwork.NAMESPACE, mountLines.join("\n"), trace ?? "-", ...command],
      env: { ...nothing, ...this.#env, PATH: `${this.#env["PATH"]}:/usr/sbin:/usr/bin:/sbin:/bin`, ...env },
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#directory, { recursive: true, force: true });
  }

  get #baseRoot(): string {
    return join(this.#directory, "base", "rootfs");
  }

  /** As in the published base, node is at /usr/local/bin; it needs its libraries, a way to resolve names and the places of mounts. */
  async #buildBase(): Promise<void> {
    const root = this.#baseRoot;
    for (const folder of ["dev", "etc/ssl", "proc", "sbin", "sys", "usr/local/bin", "usr/share/zoneinfo/Europe"])
      await mkdir(join(root, folder), { recursive: true });
    await cp(process.execPath, join(root, "usr/local/bin/node"));
    const { stdout } = await run("ldd", [process.execPath]);
    for (const [library] of stdout.matchAll(/\/\S+/g)) {
      await mkdir(dirname(join(root, library)), { recursive: true });
      await cp(library, join(root, library), { dereference: true });
    }
    // Docker's init is mounted; the others are what Node.js looks for.
    for (const file of ["sbin/docker-init", "etc/ssl/openssl.cnf", "usr/share/zoneinfo/Europe/Berlin"])
      await writeFile(join(root, file), "");
    await writeFile(join(root, "etc/hosts"), `127.0.0.1 localhost\n${ContainerNetwork.SUPERVISOR} supervisor\n`);
    await writeFile(join(root, "etc/nsswitch.conf"), "hosts: files dns\n");
    await writeFile(join(root, "etc/resolv.conf"), `nameserver ${ContainerNetwork.SUPERVISOR}\n`);
    await writeFile(join(root, "../Dockerfile"), "FROM scratch\nCOPY rootfs /\nENV PATH=/usr/local/bin\n");
    await this.#buildah("bud", "--isolation", "chroot", "--tag", BASE, dirname(root));
  }

  async #buildah(...args: readonly string[]): Promise<string> {
    const storage = ["--root", join(this.#directory, "storage"), "--runroot", join(this.#directory, "run"), "--storage-driver", "vfs"];
    const { stdout } = await run("buildah", [...storage, ...args]);
    return stdout.trim();
  }
}

async function filesBelow(root: string): Promise<readonly string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => !entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name).slice(root.length));
}
