import { request } from "node:http";
import { describe, expect, it } from "vitest";
import { silentLogger } from "../../../src/base/logger.ts";
import type { LanguageChoice } from "../../../src/web/reader-language.ts";
import { REFUSALS } from "../../../src/web/refusals.ts";
import { WebServer } from "../../../src/web/web-server.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { FakeSource } from "./status-fixture.ts";

interface Asked {
  readonly path: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly allowedPeers?: readonly string[];
  readonly breaks?: boolean;
}

async function refusalOf({ path, method = "GET", headers = {}, allowedPeers, breaks = false }: Asked, language: LanguageChoice = "auto") {
  const source = new FakeSource();
  await using server = new WebServer({
    host: "127.0.0.1",
    port: 0,
    language,
    allowedPeers: allowedPeers ?? null,
    source,
    install: { accept: () => {} },
    clock: new ManualClock(),
    logger: silentLogger,
  });
  await server.start(new AbortController().signal);
  if (breaks)
    source.status = () => {
      throw new Error("observer gone");
    };
  return await new Promise((resolve, reject) => {
    const german = { "accept-language": "de-DE,de;q=0.9,en;q=0.5", ...headers };
    const asking = request({ host: "127.0.0.1", port: server.port, path, method, headers: german, agent: false });
    asking.on("error", reject);
    asking.on("response", async (answer) =>
      resolve([answer.statusCode, (await answer.toArray()).join(""), answer.headers["content-language"]]),
    );
    asking.end();
  });
}

const ASKED: Readonly<Record<Exclude<keyof typeof REFUSALS, "tooManyPages" | "tooOften" | "expectation" | "noHost">, Asked>> = {
  notFromHomeAssistant: { path: "/", allowedPeers: ["172.30.32.2"] },
  notFromOurPage: { path: "/install-integration", method: "POST" },
  foreignHost: { path: "/", headers: { host: "vitals.example.com" } },
  nothingHere: { path: "/nothing" },
  onlyForButtons: { path: "/install-integration" },
  onlyForReading: { path: "/", method: "POST" },
  notShown: { path: "/", breaks: true },
};

describe("a refusal", () => {
  it.each(Object.entries(ASKED))("of the kind %s is told in the reader's language", async (name, asked) => {
    const { status, text } = Object.entries(REFUSALS).find(([key]) => key === name)?.[1] ?? expect.fail("no such refusal");
    expect(await refusalOf(asked)).toEqual([status, `${text.de}\n`, "de"]);
    expect(await refusalOf(asked, "en")).toEqual([status, `${text.en}\n`, "en"]);
  });

  it("says in both languages what is and what to do", () => {
    for (const { text } of Object.values(REFUSALS))
      for (const sentences of Object.values(text)) expect(sentences.split(/[.;] /).length).toBeGreaterThan(1);
  });
});
