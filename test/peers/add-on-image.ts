import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import { repositoryRoot } from "./paths.ts";
import { PeerProcess } from "./process.ts";

const run = promisify(execFile);

const BASE = "localhost/node:24";
const IMAGE = "localhost/homematic-vitals";

const Inspected = z.object({ OCIv1: z.object({ config: z.object({ Env: z.array(z.string()), Cmd: z.array(z.string()) }) }) });

/** The image that a Home Assistant builds from `dist/addon`, built by buildah on a base that is made of this machine's own Node.js. */
export class AddOnImage implements AsyncDisposable {
  readonly #directory: string;
  #root = "";
  #command: readonly string[] = [];
  #env: Readonly<Record<string, string>> = {};

  private constructor(directory: string) {
    this.#directory = directory;
  }

  /** `supervisorAddress` is where the container finds the host name `supervisor`. */
  static async build({ supervisorAddress }: { supervisorAddress: string }): Promise<AddOnImage> {
    const image = new AddOnImage(await mkdtemp(join(tmpdir(), "add-on-image-")));
    await run(process.execPath, [join(repositoryRoot, "scripts", "addon.mjs")]);
    await image.#buildBase(supervisorAddress);
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

  /** What the image adds to its base, by path, with the size in bytes. */
  async ownFiles(): Promise<ReadonlyMap<string, number>> {
    const base = new Set(await filesBelow(this.#baseRoot));
    const own = (await filesBelow(this.#root)).filter((file) => !base.has(file));
    return new Map(await Promise.all(own.map(async (file) => [file, (await stat(join(this.#root, file))).size] as const)));
  }

  /** Runs the command of the image with nothing but this environment, a read-only root and `data` as `/data`. */
  start({ data, env }: { data: string; env: Readonly<Record<string, string>> }): PeerProcess {
    const nothing = Object.fromEntries(Object.keys(process.env).map((name) => [name, undefined]));
    return PeerProcess.start({
      name: "add-on image",
      command: join(repositoryRoot, "test", "peers", "run-in-image.sh"),
      args: [this.#root, data, ...this.#command],
      env: { ...nothing, ...this.#env, PATH: `${this.#env["PATH"]}:/usr/sbin:/usr/bin:/sbin:/bin`, ...env },
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#directory, { recursive: true, force: true });
  }

  get #baseRoot(): string {
    return join(this.#directory, "base", "rootfs");
  }

  /** As in the published base, node is at /usr/local/bin; it needs its libraries and a way to resolve names. */
  async #buildBase(supervisorAddress: string): Promise<void> {
    const root = this.#baseRoot;
    for (const folder of ["data", "dev", "etc", "proc", "usr/local/bin"]) await mkdir(join(root, folder), { recursive: true });
    await cp(process.execPath, join(root, "usr/local/bin/node"));
    const { stdout } = await run("ldd", [process.execPath]);
    for (const [library] of stdout.matchAll(/\/\S+/g)) {
      await mkdir(dirname(join(root, library)), { recursive: true });
      await cp(library, join(root, library), { dereference: true });
    }
    await writeFile(join(root, "etc/hosts"), `127.0.0.1 localhost\n${supervisorAddress} supervisor\n`);
    await writeFile(join(root, "etc/nsswitch.conf"), "hosts: files\n");
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
