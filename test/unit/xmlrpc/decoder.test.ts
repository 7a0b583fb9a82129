import { describe, expect, test } from "vitest";
import { isHomematicError } from "../../../src/base/errors.ts";
import { decodeMethodCall, decodeMethodResponse, WIRE_LIMITS } from "../../../src/xmlrpc/decoder.ts";
import type { XmlRpcValue } from "../../../src/xmlrpc/values.ts";
import { memoryTaken } from "../../support/memory-taken.ts";
import { eventCall, nested, response } from "./documents.ts";

function decodeValue(xml: string): XmlRpcValue {
  const answer = decodeMethodResponse(response(xml));
  if (answer.kind === "fault") throw new Error("a fault");
  return answer.value;
}

function refusal(work: () => unknown): { code: string; message: string } {
  try {
    work();
  } catch (error) {
    if (isHomematicError(error)) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error("was not refused");
}

describe("values", () => {
  test.each<[string, XmlRpcValue]>([
    ["<value>text</value>", "text"],
    ["<value></value>", ""],
    ["<value/>", ""],
    ["<value />", ""],
    ["<value>  spaces \n stay </value>", "  spaces \n stay "],
    ["<value><string>text</string></value>", "text"],
    ["<value><string></string></value>", ""],
    ["<value><string/></value>", ""],
    ["<value> <string> a </string>\r\n</value>", " a "],
    ["<value><i4>-17</i4></value>", -17],
    ["<value><int> +4 </int></value>", 4],
    ["<value><i8>9007199254740991</i8></value>", Number.MAX_SAFE_INTEGER],
    ["<value><boolean>1</boolean></value>", true],
    ["<value><boolean>0</boolean></value>", false],
    ["<value><boolean>true</boolean></value>", true],
    ["<value><double>22.500000</double></value>", 22.5],
    ["<value><double>-1e-7</double></value>", -1e-7],
    ["<value><double>nan</double></value>", Number.NaN],
    ["<value><double>-Infinity</double></value>", Number.NEGATIVE_INFINITY],
    ["<value><nil/></value>", ""],
    ["<value><base64>aGFs\nbG8=</base64></value>", Buffer.from("hallo")],
    ["<value><dateTime.iso8601>20260224T10:11:12Z</dateTime.iso8601></value>", new Date(Date.UTC(2026, 1, 24, 10, 11, 12))],
    ["<value><dateTime.iso8601>2026-02-24T10:11:12.5+0130</dateTime.iso8601></value>", new Date(Date.UTC(2026, 1, 24, 8, 41, 12, 500))],
    ["<value><dateTime.iso8601>20260224T101112</dateTime.iso8601></value>", new Date(2026, 1, 24, 10, 11, 12)],
    ["<value><array><data></data></array></value>", []],
    ["<value><array><data/></array></value>", []],
    ["<value><array/></value>", []],
    ["<value><array><data> <value>a</value> <value><i4>1</i4></value> </data></array></value>", ["a", 1]],
    ["<value><struct></struct></value>", {}],
    ["<value><struct><member><name>A B</name><value>c</value></member></struct></value>", { "A B": "c" }],
    ["<value>&lt;&gt;&amp;&apos;&quot;&#228;&#xE4;&#x1F600;</value>", `<>&'"ää😀`],
    ["<value>a<!-- <b> & -->b<?pi x>y ?>c<![CDATA[<&amp;>]]>d</value>", "abc<&amp;>d"],
    ["<!-- first --><value a='>' b = \">\">x</value\n>", "x"],
  ])("%s", (xml, expected) => {
    expect(decodeValue(xml)).toEqual(expected);
  });

  test("a name such as __proto__ is a member like any other and reaches no prototype", () => {
    const struct = decodeValue(
      "<value><struct><member><name>__proto__</name><value><struct><member><name>polluted</name><value>yes</value></member></struct></value></member>" +
        "<member><name>constructor</name><value>c</value></member></struct></value>",
    );
    expect(Object.getPrototypeOf(struct)).toBeNull();
    expect(Object.entries(struct).map(([name]) => name)).toEqual(["__proto__", "constructor"]);
    expect("polluted" in {}).toBe(false);
  });

  test.each([
    "<value><i4></i4></value>",
    "<value><i4>0x10</i4></value>",
    "<value><i4>1.5</i4></value>",
    "<value><double>1,5</double></value>",
    "<value><double></double></value>",
    "<value><boolean>2</boolean></value>",
    "<value><dateTime.iso8601>yesterday</dateTime.iso8601></value>",
    "<value><dateTime.iso8601>20261399T00:00:00Z</dateTime.iso8601></value>",
    "<value><unheard>1</unheard></value>",
    "<value>text<i4>1</i4></value>",
    "<value><i4>1</i4>text</value>",
    "<value><i4>1</i4><i4>2</i4></value>",
    "<value><i4>1</double></value>",
    "<value><array><data><i4>1</i4></data></array></value>",
    "<value><struct><member><value>x</value></member></struct></value>",
    "<value><struct><member><name>x</name></member></struct></value>",
    "<value>&unknown;</value>",
    "<value>&#xD800;</value>",
    "<value>&#x110000;</value>",
    "<value>a & b</value>",
    // Once read for ever.
    "<value>&amp!</value>",
    "<value>&ampere;</value>",
    "<value>&</value>",
    "<value>&;</value>",
    "<value>a",
    "<value><i4>1</i4>",
    "<value><!-- endless </value>",
    "<value><![CDATA[ endless </value>",
    "<value x='endless></value>",
    "<",
    "",
  ])("%s is refused", (xml) => {
    expect(refusal(() => decodeValue(xml)).code).toBe("MALFORMED_REQUEST");
  });
});

describe("method calls", () => {
  test("a multicall as rfd sends it", () => {
    const call = (params: string): string =>
      `<value><struct><member><name>methodName</name><value>event</value></member><member><name>params</name><value><array><data>${params}</data></array></value></member></struct></value>`;
    const xml = `<?xml version="1.0" encoding="iso-8859-1"?>
<methodCall><methodName>system.multicall</methodName>
<params><param><value><array><data>${call("<value>id</value><value>OEQ1:1</value><value>STATE</value><value><boolean>1</boolean></value>")}${call(
      "<value>id</value><value>OEQ1:2</value><value>LEVEL</value><value><double>0.500000</double></value>",
    )}</data></array></value></param></params></methodCall>\r\n`;
    expect(decodeMethodCall(Buffer.from(xml))).toEqual({
      methodName: "system.multicall",
      params: [
        [
          { methodName: "event", params: ["id", "OEQ1:1", "STATE", true] },
          { methodName: "event", params: ["id", "OEQ1:2", "LEVEL", 0.5] },
        ],
      ],
    });
  });

  test.each(["", "<params/>", "<params></params>"])("no parameters, written %j", (params) => {
    const xml = `<methodCall><methodName> system.listMethods </methodName>${params}</methodCall>`;
    expect(decodeMethodCall(Buffer.from(xml))).toEqual({ methodName: "system.listMethods", params: [] });
  });

  test.each([
    "<methodCall></methodCall>",
    "<methodCall><methodName></methodName></methodCall>",
    "<methodCall><methodName>a</methodName></methodCall>rest",
    "<methodCall><methodName>a</methodName></methodCall><methodCall/>",
    "<methodResponse></methodResponse>",
    "<html><body>Not found</body></html>",
    "no XML at all",
  ])("%s is refused", (xml) => {
    expect(refusal(() => decodeMethodCall(Buffer.from(xml))).code).toBe("MALFORMED_REQUEST");
  });

  test("the refusal says what and where, with a bounded piece of what the peer sent", () => {
    const xml = `<methodCall><methodName>a</methodName><${"x".repeat(1_000)}></methodCall>`;
    const { message } = refusal(() => decodeMethodCall(Buffer.from(xml)));
    expect(message).toContain(`found <${"x".repeat(40)}...>`);
    expect(message).toContain("near character 1040");
    expect(message.length).toBeLessThan(200);
  });
});

describe("method responses", () => {
  test("a fault", () => {
    const xml =
      "<methodResponse><fault><value><struct><member><name>faultCode</name><value><i4>-2</i4></value></member>" +
      "<member><name>faultString</name><value>Unknown device</value></member></struct></value></fault></methodResponse>";
    expect(decodeMethodResponse(Buffer.from(xml))).toEqual({ kind: "fault", code: -2, message: "Unknown device" });
  });

  test.each(["<params/>", "<params></params>"])("an answer without a value, %s, is an empty string", (params) => {
    expect(decodeMethodResponse(Buffer.from(`<methodResponse>${params}</methodResponse>`))).toEqual({ kind: "value", value: "" });
  });

  test.each([
    "<methodResponse></methodResponse>",
    "<methodResponse><fault><value>down</value></fault></methodResponse>",
    "<methodResponse><params><param><value>1</value></param><param><value>2</value></param></params></methodResponse>",
    "<methodCall><methodName>a</methodName></methodCall>",
  ])("%s is refused", (xml) => {
    expect(refusal(() => decodeMethodResponse(Buffer.from(xml))).code).toBe("MALFORMED_REQUEST");
  });
});

describe("document types", () => {
  test.each([
    '<!DOCTYPE methodCall SYSTEM "file:///etc/passwd">',
    '<!DOCTYPE b [<!ENTITY a "aaaaaaaa"><!ENTITY c "&a;&a;&a;&a;">]>',
    '<!ENTITY a "a">',
  ])("%s is refused before anything in it is read", (doctype) => {
    const { code, message } = refusal(() => decodeMethodCall(Buffer.from(eventCall("<value>&a;</value>", doctype))));
    expect(code).toBe("MALFORMED_REQUEST");
    expect(message).toContain("a document type is not allowed near character 0");
  });
});

describe("limits", () => {
  test("a body one byte too long", () => {
    const body = Buffer.from(eventCall("<value>x</value>"));
    expect(decodeMethodCall(body, { ...WIRE_LIMITS, maxBytes: body.length }).methodName).toBe("event");
    const { code, message } = refusal(() => decodeMethodCall(body, { ...WIRE_LIMITS, maxBytes: body.length - 1 }));
    expect(code).toBe("LIMIT_EXCEEDED");
    expect(message).toContain(`${body.length} bytes, allowed are ${body.length - 1}`);
  });

  test("64 arrays inside each other pass, 65 do not", () => {
    expect(decodeMethodCall(Buffer.from(eventCall(nested(64)))).methodName).toBe("event");
    const { code, message } = refusal(() => decodeMethodCall(Buffer.from(eventCall(nested(65)))));
    expect(code).toBe("LIMIT_EXCEEDED");
    expect(message).toContain("nested deeper than 64");
  });

  test("structs count for the depth as well", () => {
    const member = "<value><struct><member><name>a</name>";
    const xml = eventCall(`${member.repeat(65)}<value/>${"</member></struct></value>".repeat(65)}`);
    expect(refusal(() => decodeMethodCall(Buffer.from(xml))).code).toBe("LIMIT_EXCEEDED");
  });

  test("10,000 arrays inside each other end at the limit, not in the stack", () => {
    expect(refusal(() => decodeMethodCall(Buffer.from(eventCall(nested(10_000))))).code).toBe("LIMIT_EXCEEDED");
  });

  test("200,000 values pass, one more does not", () => {
    // Three parameters, the array itself, and what is in it.
    const list = (count: number): Buffer =>
      Buffer.from(eventCall(`<value><array><data>${"<value/>".repeat(count - 4)}</data></array></value>`));
    expect(decodeMethodCall(list(200_000)).params[3]).toHaveLength(199_996);
    const { code, message } = refusal(() => decodeMethodCall(list(200_001)));
    expect(code).toBe("LIMIT_EXCEEDED");
    expect(message).toContain("more than 200000 values");
  });

  test.each([
    ["empty comments", "<!---->"],
    ["openings of comments", "<!--"],
    ["openings of CDATA", "<![CDATA["],
    ["processing instructions", "<?x?>"],
    ["entities", "&amp;"],
    ["ampersands", "&"],
    ["tags without end", "<value"],
    ["quotes in a tag", "<a '"],
    ["empty CDATA sections", "<![CDATA[]]>"],
  ])("8 MB of %s do not hang it", (_name, piece) => {
    const body = Buffer.from(eventCall(`<value>${piece.repeat(8_000_000 / piece.length)}</value>`));
    let outcome = "decoded";
    try {
      decodeMethodCall(body);
    } catch (error) {
      outcome = isHomematicError(error, "MALFORMED_REQUEST", "LIMIT_EXCEEDED") ? "refused" : String(error);
    }
    expect(["decoded", "refused"]).toContain(outcome);
  });
});

test("an address that is kept does not keep the whole document in memory", () => {
  const padding = "x".repeat(1_000_000);
  const kept: XmlRpcValue[] = [];
  const before = memoryTaken();
  for (let index = 0; index < 60; index += 1) {
    const xml = eventCall(`<value><array><data><value>000858A994${index}-address</value><value>${padding}</value></data></array></value>`);
    const list = decodeMethodCall(Buffer.from(xml)).params[3];
    if (Array.isArray(list) && list[0] !== undefined) kept.push(list[0]);
  }
  const taken = memoryTaken() - before;
  expect(kept).toHaveLength(60);
  expect(taken).toBeLessThan(20_000_000);
});
