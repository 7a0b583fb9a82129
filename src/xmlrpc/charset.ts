import { isUtf8 } from "node:buffer";
import { HomematicError } from "../base/errors.ts";

const DECLARED_ENCODING = /^<\?xml[^>]*\sencoding\s*=\s*["']([^"']*)["']/;
/** The declaration stands at the very start; a longer one is not worth reading. */
const DECLARATION_BYTES = 200;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf] as const;

const windows1252 = new TextDecoder("windows-1252");

const DECODERS: ReadonlyMap<string, (bytes: Buffer) => string> = new Map([
  ["iso-8859-1", latin1],
  ["latin1", latin1],
  ["utf-8", utf8OrLatin1],
  ["utf8", utf8OrLatin1],
  ["us-ascii", utf8OrLatin1],
  ["windows-1252", (bytes) => windows1252.decode(bytes)],
  ["cp1252", (bytes) => windows1252.decode(bytes)],
]);

/** The text of an XML document, by its byte order mark, its declaration or, without both, its bytes. */
export function decodeText(body: Uint8Array): string {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  if (BYTE_ORDER_MARK.every((byte, index) => bytes[index] === byte)) return utf8OrLatin1(bytes.subarray(BYTE_ORDER_MARK.length));
  const declared = DECLARED_ENCODING.exec(bytes.toString("latin1", 0, DECLARATION_BYTES))?.[1];
  if (declared === undefined) return utf8OrLatin1(bytes);
  const decode = DECODERS.get(declared.toLowerCase());
  if (decode === undefined) {
    throw new HomematicError({ code: "MALFORMED_REQUEST", message: `Unknown character encoding ${JSON.stringify(declared)}` });
  }
  return decode(bytes);
}

function latin1(bytes: Buffer): string {
  return bytes.toString("latin1");
}

/** A CCU is known to say one thing and send the other; every byte string is valid latin-1, few are valid UTF-8 by accident. */
function utf8OrLatin1(bytes: Buffer): string {
  return isUtf8(bytes) ? bytes.toString("utf8") : latin1(bytes);
}
