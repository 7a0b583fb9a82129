import { PassThrough } from "node:stream";
import fc from "fast-check";
import Deserializer from "homematic-xmlrpc/lib/deserializer.js";
import { serializeMethodCall, serializeMethodResponse } from "homematic-xmlrpc/lib/serializer.js";
import { describe, expect, test } from "vitest";
import { decodeMethodCall, decodeMethodResponse } from "../../../src/xmlrpc/decoder.ts";
import { encodeMethodCall, encodeMethodResponse } from "../../../src/xmlrpc/encoder.ts";
import { arbitraryValue } from "./arbitrary-values.ts";

/** Names that the library itself stumbles over: it builds plain objects and takes one member for a forced double. */
const memberName = fc.string({ unit: "grapheme" }).filter((name) => name !== "__proto__" && name !== "explicitDouble");
/** The library writes `]]>` inside CDATA as it is. */
const text = fc.string({ unit: "grapheme" }).filter((value) => !value.includes("]]>"));
const params = fc.array(arbitraryValue({ text, memberName }), { maxLength: 4 });

function libraryCall(body: Buffer): Promise<{ methodName: string; params: unknown[] }> {
  return new Promise((resolve, reject) => {
    const stream = new PassThrough();
    new Deserializer("latin1").deserializeMethodCall(stream, (error, methodName, values) => {
      if (error) reject(error);
      else resolve({ methodName, params: values });
    });
    stream.end(body);
  });
}

function libraryResponse(body: Buffer): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const stream = new PassThrough();
    new Deserializer("latin1").deserializeMethodResponse(stream, (error, value) => {
      if (error) reject(error);
      else resolve(value);
    });
    stream.end(body);
  });
}

describe("homematic-xmlrpc and we understand each other", () => {
  test("we decode the calls it writes", () => {
    fc.assert(
      fc.property(params, (values) => {
        expect(decodeMethodCall(Buffer.from(serializeMethodCall("m", values)))).toEqual({ methodName: "m", params: values });
      }),
      { numRuns: 500 },
    );
  });

  test("we decode the responses it writes", () => {
    fc.assert(
      fc.property(arbitraryValue({ text, memberName }), (value) => {
        expect(decodeMethodResponse(Buffer.from(serializeMethodResponse(value)))).toEqual({ kind: "value", value });
      }),
      { numRuns: 500 },
    );
  });

  test("it decodes the calls we write", async () => {
    await fc.assert(
      fc.asyncProperty(params, async (values) => {
        expect(await libraryCall(encodeMethodCall("m", values))).toEqual({ methodName: "m", params: values });
      }),
      { numRuns: 500 },
    );
  });

  test("it decodes the responses we write", async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryValue({ text, memberName }), async (value) => {
        expect(await libraryResponse(encodeMethodResponse(value))).toEqual(value);
      }),
      { numRuns: 500 },
    );
  });
});
