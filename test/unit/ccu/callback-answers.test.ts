import { expect, test } from "vitest";
import { answerText } from "../../../src/ccu/callback-answers.ts";
import { encodeMethodResponse } from "../../../src/xmlrpc/encoder.ts";
import type { XmlRpcValue } from "../../../src/xmlrpc/values.ts";

const nothingTo = (calls: number): XmlRpcValue => Array.from({ length: calls }, () => [""]);

test.each<[string, XmlRpcValue]>([
  ["nothing", ""],
  ["no call", nothingTo(0)],
  ["one call", nothingTo(1)],
  ["three calls", nothingTo(3)],
  ["200 calls", nothingTo(200)],
  ["a call with methods and one without", [["", ""], [""]]],
  ["a call that is answered with methods", [[["event", "newDevices"]], [""]]],
  ["text", "ä"],
])("an answer to %s is the same however often it is given", (_name, answer) => {
  const expected = encodeMethodResponse(answer).toString("latin1");
  expect([answerText(answer), answerText(answer)]).toEqual([expected, expected]);
});
