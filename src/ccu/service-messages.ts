import type { XmlRpcValue } from "../xmlrpc/values.ts";

/** Something that a CCU has to say about a device, such as that it does not reach it. */
export interface ServiceMessage {
  /** Of the channel, mostly `:0`. */
  readonly address: string;
  readonly parameter: string;
}

/** Reads an answer to `getServiceMessages`: triples of address, parameter and value; those whose value says "no" are left out. */
export function serviceMessagesOf(answer: XmlRpcValue): readonly ServiceMessage[] {
  if (!Array.isArray(answer)) return [];
  return answer.flatMap((entry) => {
    const [address, parameter, value] = Array.isArray(entry) ? entry : [];
    return typeof address === "string" && typeof parameter === "string" && isRaised(value) ? [{ address, parameter }] : [];
  });
}

export function isRaised(value: unknown): boolean {
  return value === true || (typeof value === "number" && value !== 0);
}
