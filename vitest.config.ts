import { defineConfig, type ViteUserConfigExport } from "vitest/config";

const config: ViteUserConfigExport = defineConfig({
  define: { __VERSION__: JSON.stringify("0.0.0-test") },
  test: {
    projects: [
      { extends: true, test: { name: "unit", include: ["test/unit/**/*.test.ts"], testTimeout: 20_000 } },
      {
        extends: true,
        test: {
          name: "home-assistant",
          include: ["test/home-assistant/**/*.test.ts"],
          globalSetup: "test/peers/global-setup.ts",
          testTimeout: 240_000,
          hookTimeout: 900_000,
          fileParallelism: false,
        },
      },
    ],
  },
});

export default config;
