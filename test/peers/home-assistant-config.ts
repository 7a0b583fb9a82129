import { execFile } from "node:child_process";
import { cp, mkdir, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { repositoryRoot } from "./paths.ts";

export interface HomeAssistantConfig {
  readonly port: number;
  /** Automations as Home Assistant's YAML has them. */
  readonly automations?: readonly object[];
  /** Appended to configuration.yaml. */
  readonly extraYaml?: string;
  /** Adds the component that looks at Home Assistant from inside. */
  readonly probe?: boolean;
}

const CONFIGURATION = `homeassistant:
  name: Homematic Vitals
  country: DE
  language: en
  currency: EUR
  time_zone: Europe/Berlin
  unit_system: metric
  latitude: 52.5
  longitude: 13.4
  elevation: 40
frontend:
config:
api:
websocket_api:
recorder:
  commit_interval: 1
history:
logbook:
logger:
  default: warning
  logs:
    custom_components.homematic_vitals: debug
    # Programs for cameras and sound that a test machine has no use for.
    haffmpeg.core: fatal
    haffmpeg.tools: fatal
    homeassistant.components.camera.img_util: fatal
automation: !include automations.yaml
`;

/** Writes what Home Assistant reads at its start; the state it stored before stays. */
export async function writeHomeAssistantConfig(directory: string, config: HomeAssistantConfig): Promise<void> {
  await mkdir(join(directory, ".storage"), { recursive: true });
  await writeFile(
    join(directory, "configuration.yaml"),
    `${CONFIGURATION}${config.probe ? "vitals_probe:\n" : ""}${config.extraYaml ?? ""}`,
  );
  if (config.probe) await copyComponent(join(repositoryRoot, "test", "peers", "probe"), directory, "vitals_probe");
  // JSON is YAML.
  await writeFile(join(directory, "automations.yaml"), JSON.stringify(config.automations ?? [], null, 2));
  // In its oldest version, which every Core migrates and completes.
  await writeStorage(directory, "http", 1, { server_port: config.port, server_host: ["127.0.0.1"] });
  // Without the steps that would add integrations which call the internet; only the owner is left to create.
  await writeStorage(directory, "onboarding", 4, { done: ["core_config", "analytics", "integration"] }, "wx");
}

async function writeStorage(directory: string, key: string, version: number, data: object, flag = "w"): Promise<void> {
  const file = join(directory, ".storage", key);
  try {
    await writeFile(file, JSON.stringify({ version, minor_version: 1, key, data }), { flag });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
}

/** Copies the companion integration of this checkout, as a user or the add-on would install it. */
export async function installCompanion(directory: string): Promise<void> {
  await copyComponent(join(repositoryRoot, "custom_components", "homematic_vitals"), directory, "homematic_vitals");
}

/** Installs the companion of version 0.1.0, which speaks protocol 1 only. */
export async function installOldCompanion(directory: string): Promise<void> {
  const target = join(directory, "custom_components", "homematic_vitals");
  await mkdir(target, { recursive: true });
  await promisify(execFile)("tar", ["-xzf", join(repositoryRoot, "test", "peers", "companion-protocol-1.tar.gz"), "-C", target]);
}

async function copyComponent(source: string, directory: string, domain: string): Promise<void> {
  const target = join(directory, "custom_components", domain);
  await rm(target, { recursive: true, force: true });
  await cp(source, target, { recursive: true, filter: (file) => basename(file) !== "__pycache__" });
}
