import { describe, expect, test } from "vitest";
import { decodeMethodCall } from "../../../src/xmlrpc/decoder.ts";
import { eventCall } from "./documents.ts";

function declared(encoding: string): string {
  return eventCall("<value>Küche °C</value>", `<?xml version="1.0" encoding="${encoding}"?>`);
}

function textOf(body: Uint8Array): unknown {
  return decodeMethodCall(body).params[3];
}

describe("character sets", () => {
  test.each(["iso-8859-1", "ISO-8859-1", "Iso-8859-1", "latin1"])("%s is read as latin-1", (encoding) => {
    expect(textOf(Buffer.from(declared(encoding), "latin1"))).toBe("Küche °C");
  });

  test.each(["utf-8", "UTF-8", "UTF8", "us-ascii"])("%s is read as UTF-8", (encoding) => {
    expect(textOf(Buffer.from(declared(encoding)))).toBe("Küche °C");
  });

  test("latin-1 means latin-1 even where the bytes are valid UTF-8", () => {
    expect(textOf(Buffer.from(declared("iso-8859-1")))).toBe("KÃ¼che Â°C");
  });

  test("what says UTF-8 and is none is read as latin-1", () => {
    expect(textOf(Buffer.from(declared("utf-8"), "latin1"))).toBe("Küche °C");
  });

  test.each(["latin1", "utf8"] as const)("without a declaration %s is recognised by its bytes", (encoding) => {
    expect(textOf(Buffer.from(eventCall("<value>Küche</value>", ""), encoding))).toBe("Küche");
    expect(textOf(Buffer.from(eventCall("<value>Küche</value>", '<?xml version="1.0"?>'), encoding))).toBe("Küche");
  });

  test.each(["windows-1252", "Windows-1252", "cp1252"])("%s has characters where latin-1 has controls", (encoding) => {
    const body = Buffer.from(declared(encoding).replace("°C", "???"), "latin1");
    const at = body.indexOf("???");
    body.set([0x80, 0x92, 0x99], at);
    expect(textOf(body)).toBe("Küche €’™");
  });

  test("a byte order mark beats the declaration and is no part of the text", () => {
    expect(textOf(Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(declared("iso-8859-1"))]))).toBe("Küche °C");
  });

  test("single quotes and spaces in the declaration", () => {
    expect(
      textOf(Buffer.from(eventCall("<value>ä</value>", "<?xml version='1.0' encoding = 'iso-8859-1' standalone='yes' ?>"), "latin1")),
    ).toBe("ä");
  });

  test("a part of a larger buffer is read as that part alone", () => {
    const body = Buffer.from(declared("utf-8"));
    const around = new Uint8Array(Buffer.concat([Buffer.from("before"), body, Buffer.from("after")]));
    expect(textOf(around.subarray(6, 6 + body.length))).toBe("Küche °C");
  });

  test("an unknown character set is named", () => {
    expect(() => textOf(Buffer.from(declared("ebcdic-7")))).toThrow('Unknown character encoding "ebcdic-7"');
  });
});
