import { rm } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";
import { freePort } from "../peers/free-port.ts";
import { HomeAssistant } from "../peers/home-assistant.ts";
import { cacheDirectory, repositoryRoot } from "../peers/paths.ts";
import { PeerProcess } from "../peers/process.ts";
import { setUpPeers } from "../peers/set-up.ts";

const DOMAIN = "homematic_vitals";
const ADD_ON_PAGE = "http://localhost:8099";
const USUAL_PORT = 8123;
const directory = join(cacheDirectory, "demo");

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Resolves at the first Ctrl-C or SIGTERM. */
function whenAskedToEnd(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
}

async function build(): Promise<void> {
  await using bundler = PeerProcess.start({
    name: "The build",
    command: process.execPath,
    args: ["esbuild.config.mjs"],
    cwd: repositoryRoot,
  });
  const { code } = await bundler.exited;
  if (code !== 0) throw bundler.failure("failed");
}

async function addIntegrationOnce(homeAssistant: HomeAssistant): Promise<void> {
  const entries = z.array(z.unknown()).parse(await homeAssistant.call("config_entries/get", { domain: DOMAIN }));
  if (entries.length === 0) await homeAssistant.addConfigEntry(DOMAIN);
}

function startAddOn(homeAssistant: HomeAssistant): PeerProcess {
  return PeerProcess.start({
    name: "The add-on",
    command: process.execPath,
    args: ["dist/main.js"],
    cwd: repositoryRoot,
    env: { HOME_ASSISTANT_URL: homeAssistant.url, HOME_ASSISTANT_TOKEN: homeAssistant.token },
  });
}

function announce(homeAssistant: HomeAssistant): void {
  const { username, password } = homeAssistant.user;
  say(`
Home Assistant   ${homeAssistant.url}/config/integrations/integration/${DOMAIN}
  user name      ${username}
  password       ${password}
Add-on's page    ${ADD_ON_PAGE}

Ctrl-C ends all. Everything is kept in ${directory}; --reset starts anew.
`);
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { reset: { type: "boolean", default: false } } });
  await setUpPeers(say);
  if (values.reset) await rm(directory, { recursive: true, force: true });
  await build();
  say("Home Assistant starts ...");
  await using homeAssistant = await HomeAssistant.start({ directory, port: await freePort(USUAL_PORT) });
  await addIntegrationOnce(homeAssistant);
  await using addOn = startAddOn(homeAssistant);
  addOn.onLine((line) => say(`add-on: ${line}`));
  // Only from here on is there something to end in order: until now Ctrl-C just ends everything.
  const asked = whenAskedToEnd();
  announce(homeAssistant);
  const addOnEnded = addOn.exited.then(() => Promise.reject(addOn.failure("ended by itself")));
  await Promise.race([asked, addOnEnded]);
  say("Stopping ...");
}

await main();
