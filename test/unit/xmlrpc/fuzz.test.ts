import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isHomematicError } from "../../../src/base/errors.ts";
import { decodeMethodCall, decodeMethodResponse } from "../../../src/xmlrpc/decoder.ts";
import { encodeMethodCall, encodeMethodResponse } from "../../../src/xmlrpc/encoder.ts";
import { arbitraryValue } from "./arbitrary-values.ts";

const FRAGMENTS = [
  ...[
    "<",
    ">",
    "/",
    "&",
    ";",
    "&#",
    "&amp;",
    "&#x0;",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<?",
    "?>",
    "<!DOCTYPE a>",
    "<value/>",
    "</value>",
  ],
  ...["<array>", "</array>", "<data>", "<struct>", "<member>", "<name>", "<i4>", "</i4>", "<nil/>", "\0", "\r", '"', "'", "__proto__"],
];

/** Each decoder must give a value or say which of the two things is wrong; anything else is a crash. */
function outcomeIsNamed(body: Uint8Array): void {
  for (const decode of [decodeMethodCall, decodeMethodResponse]) {
    try {
      expect(decode(body)).toBeTypeOf("object");
    } catch (error) {
      if (!isHomematicError(error, "MALFORMED_REQUEST", "LIMIT_EXCEEDED")) throw error;
    }
  }
}

const text = fc.string({ unit: "grapheme" });
const valid = fc.oneof(
  fc.array(arbitraryValue({ text, memberName: text }), { maxLength: 3 }).map((params) => encodeMethodCall("event", params)),
  arbitraryValue({ text, memberName: text }).map((value) => encodeMethodResponse(value)),
);

/** Replaces up to a few bytes somewhere by something else. */
const mutation = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  removed: fc.nat({ max: 30 }),
  inserted: fc.oneof(
    fc.constantFrom(...FRAGMENTS).map((fragment) => Buffer.from(fragment)),
    fc.uint8Array({ maxLength: 4 }).map((bytes) => Buffer.from(bytes)),
  ),
});

describe("any input is answered with a value or a named error", () => {
  test("arbitrary bytes", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), outcomeIsNamed), { numRuns: 2_000 });
  });

  test("arbitrary sequences of what XML is made of", () => {
    const soup = fc.array(fc.oneof(fc.constantFrom(...FRAGMENTS), fc.string({ maxLength: 3 })), { maxLength: 40 });
    fc.assert(
      fc.property(soup, (pieces) => outcomeIsNamed(Buffer.from(`<methodCall><methodName>a</methodName><params>${pieces.join("")}`))),
      { numRuns: 2_000 },
    );
  });

  test("valid documents with a few changes", () => {
    fc.assert(
      fc.property(valid, fc.array(mutation, { minLength: 1, maxLength: 4 }), (document, mutations) => {
        const changed = mutations.reduce((body, { at, removed, inserted }) => {
          const from = Math.floor(at * body.length);
          return Buffer.concat([body.subarray(0, from), inserted, body.subarray(from + removed)]);
        }, document);
        outcomeIsNamed(changed);
      }),
      { numRuns: 2_000 },
    );
  });

  test("every beginning of a valid document is refused as malformed", () => {
    const document = encodeMethodCall("event", ["id", "a&b", [{ a: 1 }], true]);
    for (let length = 0; length < document.length; length += 1) {
      expect(() => decodeMethodCall(document.subarray(0, length))).toThrow(/^Not XML-RPC/);
    }
  });
});
