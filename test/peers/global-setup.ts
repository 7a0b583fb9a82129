import { setUpPeers } from "./set-up.ts";

/** Vitest's global setup of the tests that need real peers: without one of them no test runs. */
export async function setup(): Promise<void> {
  await setUpPeers((line) => process.stdout.write(`${line}\n`));
}
