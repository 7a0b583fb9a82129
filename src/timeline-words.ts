import { ERROR_CODES, type ErrorCode } from "./base/errors.ts";
import { fill, type LocalText } from "./base/local-text.ts";
import { ADDRESS_PROBLEMS } from "./diagnosis/address-problems.ts";
import { CAUSE_CODES } from "./diagnosis/cause-codes.ts";
import { causeMessage } from "./diagnosis/causes.ts";
import type { IncidentEntry } from "./incidents/incident.ts";
import { TEXTS } from "./web/page/texts.ts";

/** What cannot happen to a call to a CCU. */
type Elsewhere =
  | `${"CONFIG" | "PORT" | "HOME_ASSISTANT" | "COMPANION" | "MQTT"}_${string}`
  | "ADDRESS_UNAVAILABLE"
  | "CALLBACK_ADDRESS_REFUSED"
  | "SUPERVISOR_FAILED"
  | "STATE_UNWRITABLE";

const ERRORS: Readonly<Record<Exclude<ErrorCode, Elsewhere>, LocalText>> = {
  ABORTED: { en: ERROR_CODES.ABORTED, de: "Abgebrochen, weil das Programm endet" },
  DNS_FAILED: { en: ERROR_CODES.DNS_FAILED, de: "Der Name der CCU lässt sich nicht auflösen" },
  NO_ROUTE: { en: ERROR_CODES.NO_ROUTE, de: "Es gibt keinen Weg durchs Netzwerk zur CCU" },
  CONNECTION_REFUSED: { en: ERROR_CODES.CONNECTION_REFUSED, de: "Die CCU lehnt die Verbindung ab" },
  CONNECTION_LOST: { en: ERROR_CODES.CONNECTION_LOST, de: "Die Verbindung zur CCU ist abgebrochen" },
  TIMEOUT: { en: ERROR_CODES.TIMEOUT, de: "Die CCU hat nicht rechtzeitig geantwortet" },
  TLS_FAILED: { en: ERROR_CODES.TLS_FAILED, de: "Die verschlüsselte Verbindung zur CCU kam nicht zustande" },
  UNAUTHORIZED: { en: ERROR_CODES.UNAUTHORIZED, de: "Die CCU lehnt den Benutzernamen oder das Passwort ab" },
  FORBIDDEN: { en: ERROR_CODES.FORBIDDEN, de: "Die Firewall der CCU weist dieses Gerät ab" },
  NOT_READY: { en: ERROR_CODES.NOT_READY, de: "Die CCU startet noch" },
  PROCESS_DOWN: { en: ERROR_CODES.PROCESS_DOWN, de: "Der Dienst hinter dem Webserver der CCU antwortet nicht" },
  HTTP_ERROR: { en: ERROR_CODES.HTTP_ERROR, de: "Die CCU antwortete mit einem unerwarteten HTTP-Status" },
  NOT_XML_RPC: { en: ERROR_CODES.NOT_XML_RPC, de: "Die CCU antwortete mit etwas, das kein XML-RPC ist" },
  RPC_FAULT: { en: ERROR_CODES.RPC_FAULT, de: "Die CCU hat den Aufruf abgelehnt" },
  CALL_REJECTED: {
    en: ERROR_CODES.CALL_REJECTED,
    de: "Der Aufruf wurde nicht gesendet, weil die Schnittstelle bekanntlich nicht antwortet",
  },
  MALFORMED_REQUEST: { en: ERROR_CODES.MALFORMED_REQUEST, de: "Ein Callback war nicht zu verstehen" },
  LIMIT_EXCEEDED: { en: ERROR_CODES.LIMIT_EXCEEDED, de: "Ein Callback war größer als erlaubt" },
  CALLBACK_ADDRESS_UNKNOWN: {
    en: ERROR_CODES.CALLBACK_ADDRESS_UNKNOWN,
    de: "Es wurde keine Adresse gefunden, unter der die CCU dieses Gerät erreicht",
  },
};

/**
 * What the record says, in the words it is recorded in, and its translation; the first that fits counts. `{reason}` holds another of these
 * sentences, `{said}` what a peer said, and any other name a single word.
 */
const SENTENCES: readonly LocalText[] = [
  { en: "{method} answered after {ms} ms", de: "{method} nach {ms} ms beantwortet" },
  { en: "{method} failed: {reason} [{code}]", de: "{method} fehlgeschlagen: {reason} [{code}]" },
  // The end of a long one is cut off.
  { en: "{method} failed: {reason}", de: "{method} fehlgeschlagen: {reason}" },
  { en: "PONG after {ms} ms", de: "PONG nach {ms} ms" },
  { en: "late PONG", de: "verspätetes PONG" },
  { en: "duplicate PONG", de: "doppeltes PONG" },
  { en: "unknown PONG", de: "unbekanntes PONG" },
  { en: "no PONG within {seconds} s, but events arrive", de: "kein PONG innerhalb von {seconds} s, aber Ereignisse kommen an" },
  { en: "no PONG within {seconds} s although ping was answered", de: "kein PONG innerhalb von {seconds} s, obwohl ping beantwortet wurde" },
  { en: "{pings} pings were answered without a PONG", de: "{pings} Pings wurden ohne PONG beantwortet" },
  { en: "the CCU took the registration, but does not reach us", de: "die CCU hat die Anmeldung angenommen, erreicht uns aber nicht" },
  { en: "the CCU no longer knows our registration", de: "die CCU kennt unsere Anmeldung nicht mehr" },
  { en: "{from} -> {to}: {reason}", de: "{from} → {to}: {reason}" },
  { en: "{from} -> {to}", de: "{from} → {to}" },
  { en: "{path} path {state}: {reason}", de: "{path} {state}: {reason}" },
  { en: "{path} path {state}", de: "{path} {state}" },
  {
    en: "nothing was received within {seconds} s of the registration",
    de: "innerhalb von {seconds} s nach der Anmeldung kam nichts an",
  },
  { en: "no device has reported for {minutes} min", de: "seit {minutes} min hat sich kein Gerät gemeldet" },
  { en: "at most one device has reported for {minutes} min", de: "seit {minutes} min hat sich höchstens ein Gerät gemeldet" },
  { en: "Not sent because the last {calls} calls failed", de: "Nicht gesendet, weil die letzten {calls} Aufrufe fehlschlugen" },
  {
    en: "The name {host} cannot be resolved. Check the address of the CCU in the options",
    de: "Der Name {host} lässt sich nicht auflösen. Prüfen Sie die Adresse der CCU in den Optionen",
  },
  { en: "There is no network path to {host}", de: "Es gibt keinen Weg durchs Netzwerk zu {host}" },
  {
    en: "The CCU was not told to call this machine: {reason}. Set {said}",
    de: "Der CCU wurde nicht gesagt, dass sie dieses Gerät anrufen soll: {reason}. Tragen Sie als callback.host die Adresse dieses Geräts in Ihrem Netz ein",
  },
  ...Object.values(ADDRESS_PROBLEMS),
  { en: "The CCU refused {method}: {said}", de: "Die CCU hat {method} abgelehnt: {said}" },
  { en: "The answer of the CCU is too large", de: "Die Antwort der CCU ist zu groß" },
  { en: "The XML-RPC document is too large: {said}", de: "Das XML-RPC-Dokument ist zu groß: {said}" },
  { en: "Not XML-RPC: {said}", de: "Kein XML-RPC: {said}" },
  ...Object.values(ERRORS),
  { en: "{reason} ({peer})", de: "{reason} ({peer})" },
];

const LONG: ReadonlySet<string> = new Set(["reason", "said"]);
const PATTERNS = SENTENCES.map((text) => ({ text, pattern: patternOf(text.en) }));

const { connection, paths, pathStates } = TEXTS.de;
/** The words that stand for a state or a path. */
const WORDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  from: connection,
  to: connection,
  path: paths,
  state: pathStates,
};

const WELL: LocalText = { en: "nothing is wrong any more", de: "nichts ist mehr gestört" };

/** An entry for people; what only a peer said, and what is not known here, stays as it is. */
export function timelineMessage({ kind, text }: Pick<IncidentEntry, "kind" | "text">): LocalText {
  if (kind !== "cause") return { en: text, de: inGerman(text) };
  const code = CAUSE_CODES.find((known) => known === text);
  if (code !== undefined) return causeMessage(code);
  return text === "none" ? WELL : { en: text, de: text };
}

function inGerman(recorded: string): string {
  for (const { text, pattern } of PATTERNS) {
    const values = pattern.exec(recorded);
    if (values !== null)
      return fill(text, Object.fromEntries(Object.entries(values.groups ?? {}).map(([name, value]) => [name, valueInGerman(name, value)])))
        .de;
  }
  return recorded;
}

function valueInGerman(name: string, value: string): string {
  return name === "reason" ? inGerman(value) : (WORDS[name]?.[value] ?? value);
}

function patternOf(sentence: string): RegExp {
  const parts = sentence
    .split(/\{(\w+)\}/)
    .map((part, n) => (n % 2 === 0 ? RegExp.escape(part) : `(?<${part}>${LONG.has(part) ? ".+" : "\\S+"})`));
  return new RegExp(`^${parts.join("")}$`, "s");
}
