import { join } from "node:path";
import { repositoryRoot } from "./paths.ts";
import { PeerProcess } from "./process.ts";

/**
 * Sets up Python, Home Assistant, pydevccu, Chromium and Prometheus; a moment when they are there, two minutes on a new machine.
 * @throws Error that names the peer that is missing.
 */
export async function setUpPeers(onLine: (line: string) => void = () => {}): Promise<void> {
  await using setup = PeerProcess.start({ name: "setup.sh", command: join(repositoryRoot, "test", "peers", "setup.sh") });
  using _ = setup.onLine(onLine);
  const { code } = await setup.exited;
  if (code !== 0) throw setup.failure("could not set up the peers of the tests");
}
