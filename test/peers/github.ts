import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import { pythonOf, repositoryRoot } from "./paths.ts";

const REPOSITORY = "homematic-vitals/homematic-vitals";
const DOMAIN = "homematic_vitals";
const CONTENT = ["repository.yaml", "hacs.json", "README.md", "custom_components"];
/** Turns the addresses of Home Assistant's Marketplace to this machine; the rest of it stays as it is. */
const REDIRECTION = (url: string): string => `"""Sends the Marketplace to a server of the test."""

from homeassistant.components.marketplace.profiles import GITHUB

for name in ("catalog", "github", "raw"):
    object.__setattr__(GITHUB, name, (f"${url}/{name}",))


async def async_setup(hass, config):
    """Everything is done by being imported."""
    return True
`;

/** The repository of this checkout as GitHub and the Marketplace's catalog would serve it, with `version` as its newest release. */
export class GitHub implements AsyncDisposable {
  readonly version: string;
  /** The archive of the release can be had. */
  archiveAvailable = true;
  readonly #directory: string;
  readonly #server = createServer(({ url = "" }, response) => void this.#answer(url, response));

  private constructor(directory: string, version: string) {
    this.#directory = directory;
    this.version = version;
  }

  static async start(): Promise<GitHub> {
    const manifest = await readFile(join(repositoryRoot, "custom_components", DOMAIN, "manifest.json"), "utf8");
    const { version } = z.object({ version: z.string() }).parse(JSON.parse(manifest));
    const github = new GitHub(await mkdtemp(join(tmpdir(), "github-")), version);
    await github.#pack();
    github.#server.listen(0, "127.0.0.1");
    await once(github.#server, "listening");
    return github;
  }

  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("the stand-in for GitHub does not run");
    return `http://127.0.0.1:${address.port}`;
  }

  /** Makes a Home Assistant that is not running yet use it; its configuration.yaml needs the line `local_github:` as well. */
  async connect(configDirectory: string): Promise<void> {
    const folder = join(configDirectory, "custom_components", "local_github");
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "manifest.json"), JSON.stringify({ domain: "local_github", name: "Local GitHub", version: "1.0.0" }));
    await writeFile(join(folder, "__init__.py"), REDIRECTION(this.url));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await rm(this.#directory, { recursive: true, force: true });
  }

  get #root(): string {
    return join(this.#directory, `homematic-vitals-${this.version}`);
  }

  get #archive(): string {
    return join(this.#directory, "archive.zip");
  }

  async #pack(): Promise<void> {
    for (const name of CONTENT) {
      const filter = (source: string): boolean => basename(source) !== "__pycache__";
      await cp(join(repositoryRoot, name), join(this.#root, name), { recursive: true, filter });
    }
    await promisify(execFile)(pythonOf("ha"), ["-m", "zipfile", "-c", this.#archive, this.#root]);
  }

  async #answer(url: string, response: ServerResponse): Promise<void> {
    const file = this.#fileOf(url);
    try {
      if (url === "/catalog/integration/data.json") response.end(JSON.stringify(this.#catalog()));
      else if (/^\/catalog\/(removed|critical)\//.test(url)) response.end("[]");
      else if (url.startsWith("/catalog/")) response.end("{}");
      else if (file === null) response.writeHead(404).end();
      else response.end(await readFile(file));
    } catch {
      response.writeHead(404).end();
    }
  }

  #fileOf(url: string): string | null {
    const raw = `/raw/${REPOSITORY}/${this.version}/`;
    if (url.startsWith(raw)) return join(this.#root, url.slice(raw.length));
    return url === `/github/${REPOSITORY}/archive/refs/tags/${this.version}.zip` && this.archiveAvailable ? this.#archive : null;
  }

  /** As the catalog lists a repository (components/marketplace/utils/validate.py). */
  #catalog(): object {
    const entry = {
      description: "Tells whether a Homematic CCU is healthy",
      domain: DOMAIN,
      downloads: 0,
      etag_repository: createHash("sha256").update(REPOSITORY).digest("hex"),
      full_name: REPOSITORY,
      last_commit: "1a2b3c4",
      last_fetched: 1_790_000_000,
      last_updated: "2026-11-20T12:00:00Z",
      last_version: this.version,
      manifest: { name: "Homematic Vitals" },
      manifest_name: "Homematic Vitals",
      open_issues: 0,
      stargazers_count: 1,
      topics: [],
    };
    return { "4711": entry };
  }
}
