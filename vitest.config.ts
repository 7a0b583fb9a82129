import { defineConfig, type ViteUserConfigExport } from "vitest/config";
import { pageDefinitions } from "./page-script.ts";
import { Sequencer } from "./test/home-assistant/sequencer.ts";

const config: ViteUserConfigExport = defineConfig({
  define: { __VERSION__: JSON.stringify("0.0.0-test"), ...(await pageDefinitions()) },
  test: {
    sequence: { sequencer: Sequencer },
    projects: [
      { extends: true, test: { name: "unit", include: ["test/unit/**/*.test.ts"], testTimeout: 20_000 } },
      {
        extends: true,
        test: {
          name: "faults",
          include: ["test/faults/**/*.test.ts"],
          testTimeout: 30_000,
          // They mostly wait for sockets.
          maxWorkers: 3,
          sequence: { groupOrder: 2 },
        },
      },
      {
        extends: true,
        test: {
          name: "home-assistant",
          include: ["test/home-assistant/**/*.test.ts"],
          globalSetup: "test/peers/global-setup.ts",
          testTimeout: 240_000,
          hookTimeout: 900_000,
          setupFiles: "test/home-assistant/one-supervisor.ts",
          // One for the file that measures for a quarter of an hour, two for all others, which mostly wait.
          maxWorkers: 3,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});

export default config;
