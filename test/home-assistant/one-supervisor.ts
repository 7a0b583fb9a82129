import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { afterAll, beforeAll, expect } from "vitest";
import { eventually } from "../peers/eventually.ts";

const LIMIT_MS = 800_000;
/** In Linux' abstract namespace: gone with the process that holds it. */
const PLACE = "\0homematic-vitals-supervisor";

const place = createServer();

// The Supervisor has fixed addresses: of the files that run side by side only one can have it.
beforeAll(async () => {
  const { testPath = "" } = expect.getState();
  if (!readFileSync(testPath, "utf8").includes("/peers/supervis")) return;
  await eventually({
    what: "the end of the other tests with a Supervisor",
    timeoutMs: LIMIT_MS,
    ask: async () => {
      place.listen(PLACE);
      await once(place, "listening");
      return true;
    },
  });
});

afterAll(() => void place.close());
