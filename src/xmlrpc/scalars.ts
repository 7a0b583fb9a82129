import type { XmlRpcValue } from "./values.ts";

const ISO_8601 = /^(\d{4})-?(\d\d)-?(\d\d)T(\d\d):?(\d\d):?(\d\d)(?:\.(\d{1,3})\d*)?(Z|[+-]\d\d(?::?\d\d)?)?$/;

/** The value of a typed element, `undefined` when the type is unknown or the text does not fit it. */
export function scalar(type: string, text: string): XmlRpcValue | undefined {
  switch (type) {
    case "string":
      return text;
    case "i4":
    case "int":
    case "i8":
      return wholeNumber(text.trim());
    case "boolean":
      return BOOLEANS.get(text.trim());
    case "double":
      return decimal(text.trim());
    case "dateTime.iso8601":
      return dateTime(text.trim());
    case "base64":
      return Buffer.from(text, "base64");
    case "nil":
      return "";
    default:
      return undefined;
  }
}

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ["1", true],
  ["0", false],
  ["true", true],
  ["false", false],
]);

/** What the C and Java processes of a CCU print for a double that is no number. */
const NOT_FINITE: ReadonlyMap<string, number> = new Map([
  ["nan", Number.NaN],
  ["-nan", Number.NaN],
  ["inf", Number.POSITIVE_INFINITY],
  ["-inf", Number.NEGATIVE_INFINITY],
  ["infinity", Number.POSITIVE_INFINITY],
  ["-infinity", Number.NEGATIVE_INFINITY],
]);

function wholeNumber(text: string): number | undefined {
  const value = numberOf(text);
  return Number.isInteger(value) ? value : undefined;
}

function decimal(text: string): number | undefined {
  return numberOf(text) ?? NOT_FINITE.get(text.toLowerCase());
}

/** Unlike `Number`, refuses an empty text, `0x10` and `Infinity`. */
function numberOf(text: string): number | undefined {
  for (let at = 0; at < text.length; at += 1) {
    if (!NUMBER_CHARACTERS.has(text.charCodeAt(at))) return undefined;
  }
  const value = Number(text);
  return text === "" || Number.isNaN(value) ? undefined : value;
}

const NUMBER_CHARACTERS: ReadonlySet<number> = new Set(Buffer.from("0123456789+-.eE"));

function dateTime(text: string): Date | undefined {
  const parts = ISO_8601.exec(text);
  if (parts === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction = "0", zone = ""] = parts;
  const date = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction.padEnd(3, "0")}${fullZone(zone)}`);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** `+01` and `+0100` as JavaScript wants them; no zone means local time. */
function fullZone(zone: string): string {
  return zone.length <= 1 ? zone : `${zone.slice(0, 3)}:${zone.slice(3).replace(":", "") || "00"}`;
}
