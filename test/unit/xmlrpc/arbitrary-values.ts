import fc from "fast-check";
import type { XmlRpcStruct, XmlRpcValue } from "../../../src/xmlrpc/values.ts";

/** Negative zero has no form of its own in XML-RPC. */
const finite = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value));
/** The wire carries whole seconds in local time; the years around a change of clocks are none of our business. */
const date = fc.integer({ min: Date.UTC(1980) / 1000, max: Date.UTC(2100) / 1000 }).map((seconds) => new Date(seconds * 1000));

export interface Alphabet {
  readonly text: fc.Arbitrary<string>;
  readonly memberName: fc.Arbitrary<string>;
}

/** Values of every kind, nested, with strings and member names out of the given alphabets. */
export function arbitraryValue({ text, memberName }: Alphabet): fc.Arbitrary<XmlRpcValue> {
  const { value } = fc.letrec<{ value: XmlRpcValue; array: XmlRpcValue[]; struct: XmlRpcStruct }>((tie) => ({
    value: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      text,
      fc.integer(),
      fc.boolean(),
      finite,
      date,
      fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
      tie("array"),
      tie("struct"),
    ),
    array: fc.array(tie("value"), { maxLength: 5 }),
    struct: fc.dictionary(memberName, tie("value"), { maxKeys: 5 }),
  }));
  return value;
}
