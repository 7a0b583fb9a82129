import { getOrInsert } from "../events/get-or-insert.ts";
import { encodeMethodResponse } from "../xmlrpc/encoder.ts";
import type { XmlRpcValue } from "../xmlrpc/values.ts";

/** Longer batches are rare. */
const LONGEST_KEPT = 64;

const nothing: string = written("");
/** By the number of calls. */
const nothingToEach = new Map<number, string>();

/** An answer as it is sent, in latin-1. There is nothing to say to an event, of which there are many, so that is written only once for each size of a batch. */
export function answerText(answer: XmlRpcValue): string {
  if (answer === "") return nothing;
  if (!saysNothing(answer) || answer.length > LONGEST_KEPT) return written(answer);
  return getOrInsert(nothingToEach, answer.length, () => written(answer));
}

function saysNothing(answer: XmlRpcValue): answer is XmlRpcValue[] {
  return Array.isArray(answer) && answer.every((one) => Array.isArray(one) && one.length === 1 && one[0] === "");
}

function written(answer: XmlRpcValue): string {
  return encodeMethodResponse(answer).toString("latin1");
}
