import { describe, expect, test } from "vitest";
import { type ErrorCode, HomematicError } from "../../../src/base/errors.ts";
import { transportError } from "../../../src/xmlrpc/transport-errors.ts";

const peer = { host: "ccu", port: 2001, tls: false };

function nodeError(code: string): Error {
  return Object.assign(new Error(`connect ${code}`), { code });
}

describe("errors of Node", () => {
  test.each<[string, ErrorCode]>([
    ["ENOTFOUND", "DNS_FAILED"],
    ["EAI_AGAIN", "DNS_FAILED"],
    ["EHOSTUNREACH", "NO_ROUTE"],
    ["ENETUNREACH", "NO_ROUTE"],
    ["ECONNREFUSED", "CONNECTION_REFUSED"],
    ["ECONNRESET", "CONNECTION_LOST"],
    ["EPIPE", "CONNECTION_LOST"],
    ["ETIMEDOUT", "TIMEOUT"],
    ["HPE_INVALID_CONSTANT", "NOT_XML_RPC"],
    ["EUNHEARD", "CONNECTION_LOST"],
  ])("%s is %s", (code, expected) => {
    const cause = nodeError(code);
    const error = transportError(cause, peer);
    expect(error).toMatchObject({ code: expected, cause, context: { host: "ccu", port: 2001 } });
    expect(error.message).toContain("(ccu:2001)");
  });

  test.each<[string, ErrorCode]>([
    ["CERT_HAS_EXPIRED", "TLS_FAILED"],
    ["ERR_TLS_CERT_ALTNAME_INVALID", "TLS_FAILED"],
    ["EPROTO", "TLS_FAILED"],
    ["ECONNREFUSED", "CONNECTION_REFUSED"],
    ["ECONNRESET", "CONNECTION_LOST"],
  ])("with TLS %s is %s", (code, expected) => {
    expect(transportError(nodeError(code), { ...peer, tls: true }).code).toBe(expected);
  });

  test("of all addresses of a name the one that was reached decides", () => {
    const tried = (...codes: string[]): unknown => new AggregateError(codes.map(nodeError));
    expect(transportError(tried("ENETUNREACH", "ECONNREFUSED"), peer).code).toBe("CONNECTION_REFUSED");
    expect(transportError(tried("ETIMEDOUT", "EHOSTUNREACH"), peer).code).toBe("TIMEOUT");
    expect(transportError(tried("ENETUNREACH", "EHOSTUNREACH"), peer).code).toBe("NO_ROUTE");
  });

  test("what is named already keeps its name", () => {
    const error = new HomematicError({ code: "NOT_READY" });
    expect(transportError(error, peer)).toBe(error);
  });
});
