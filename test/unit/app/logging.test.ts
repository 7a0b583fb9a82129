import { expect, test } from "vitest";
import { Secrets } from "../../../src/base/secrets.ts";
import { createLogger } from "../../../src/logging.ts";

function write(act: (logger: ReturnType<typeof createLogger>) => void, secrets: Secrets = new Secrets()): readonly string[] {
  const lines: string[] = [];
  act(createLogger({ level: "info", secrets, write: (line) => lines.push(line) }));
  return lines;
}

test("a message is one readable line with its details", () => {
  const [line] = write((logger) => logger.warn({ kind: "malformed", count: 3 }, "a callback was refused"));
  expect(line).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d WARN {2}a callback was refused \{"kind":"malformed","count":3\}\n$/);
});

test("what a peer sends forges no line and steers no terminal", () => {
  const [line] = write((logger) => logger.warn("found <a\n2026-11-23 12:00:00 ERROR all is lost\r\u001b[2J\u0085>"));
  expect(line).toMatch(/ WARN {2}found <a 2026-11-23 12:00:00 ERROR all is lost \[2J >\n$/);
});

test("a secret is taken out wherever it stands", () => {
  const secrets = new Secrets();
  secrets.add("pass/word");
  const lines = write((logger) => {
    logger.info("tried pass/word");
    logger.error({ err: new Error("pass%2Fword was refused"), header: Buffer.from("pass/word").toString("base64") }, "failed");
  }, secrets);
  expect(lines.join("")).not.toMatch(/pass.{1,3}word|cGFzcy93b3Jk/);
  expect(lines[0]).toContain("tried ***");
});
