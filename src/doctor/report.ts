import { fill, type Language, type LocalText } from "../base/local-text.ts";
import { VERSION } from "../version.ts";
import type { Findings, FoundCause, InterfaceFindings } from "./findings.ts";
import * as texts from "./texts.ts";
import { wrapped } from "./wrapped.ts";

const LABEL_WIDTH = 12;

/** The findings for a person; no line is longer than `width`. */
export function textReport(findings: Findings, language: Language, width: number = Number.POSITIVE_INFINITY): string {
  const say = (text: LocalText, values: Readonly<Record<string, string>> = {}): string => fill(text, values)[language];
  const line = (label: LocalText, text: string): string => `  ${label[language].padEnd(LABEL_WIDTH)}${text}`;
  const { host, cause, callback, notes, notFound, stillRegistered } = findings;
  const blocks = [
    [say(texts.TITLE, { version: VERSION, host })],
    ...findings.interfaces.map((each) => [
      `${each.name} (${say(texts.PORT, { port: String(each.port) })}): ${say(texts.VERDICT_TEXTS[each.verdict])}`,
      ...(each.finished ? causeLines(each.cause) : [`  ${say(texts.UNFINISHED)}`]),
      ...(each.cause?.code === "other" && each.detail !== "" ? [line(texts.LABELS.detail, each.detail)] : []),
      line(texts.LABELS.command, say(texts.COMMAND_TEXTS[each.paths.command])),
      line(texts.LABELS.event, say(each.proved ? texts.EVENTS_PROVED : texts.EVENT_TEXTS[each.paths.event])),
      line(texts.LABELS.radio, say(radioText(each))),
      ...factsLine(each),
    ]),
    ...(findings.interfaces.length === 0 ? [[say(texts.NO_INTERFACE), ...causeLines(cause)]] : []),
    ...(notFound.length > 0 ? [[say(texts.NOT_FOUND, { names: notFound.map(({ name, code }) => `${name} (${code})`).join(", ") })]] : []),
    ...(callback === null ? [] : [[say(texts.CALLED, { callback }), ...notes.map((note) => say(note))]]),
    ...(stillRegistered.length > 0 ? [[say(texts.STILL_REGISTERED, { names: stillRegistered.join(", ") })]] : []),
    [say(texts.SUMMARIES[findings.verdict])],
  ];
  const margin = LABEL_WIDTH + 2;
  return `${blocks.map((lines) => lines.map((each) => wrapped(each, { width, margin })).join("\n")).join("\n\n")}\n`;

  function causeLines(found: FoundCause | null): readonly string[] {
    if (found === null) return [];
    const { code, message, remedy } = found;
    return [line(texts.LABELS.cause, `${message[language]} (${code})`), line(texts.LABELS.remedy, remedy[language])];
  }

  function factsLine({ version, devices, roundTripMs, dutyCyclePercent }: InterfaceFindings): readonly string[] {
    const facts = [
      ...(version === null ? [] : [say(texts.VERSION_FACT, { version })]),
      ...(devices === 0 ? [] : [say(texts.DEVICES_FACT, { devices: String(devices) })]),
      ...(roundTripMs === null ? [] : [say(texts.ROUND_TRIP_FACT, { ms: String(Math.round(roundTripMs)) })]),
      ...(dutyCyclePercent === null ? [] : [say(texts.DUTY_CYCLE_FACT, { percent: String(dutyCyclePercent) })]),
    ];
    return facts.length === 0 ? [] : [line(texts.LABELS.facts, facts.join(", "))];
  }
}

/** The findings for a program; the words are in the language of the report. */
export function jsonReport({ cause, notes, interfaces, ...findings }: Findings, language: Language): string {
  const told = (found: FoundCause | null) =>
    found && { code: found.code, severity: found.severity, message: found.message[language], remedy: found.remedy[language] };
  const report = {
    version: VERSION,
    ...findings,
    cause: told(cause),
    notes: notes.map((note) => note[language]),
    interfaces: interfaces.map((each) => ({ ...each, cause: told(each.cause) })),
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}

function radioText({ deviceReported, paths: { radio }, proved }: InterfaceFindings): LocalText {
  if (radio === "unsupported") return texts.RADIO_NONE;
  if (deviceReported) return texts.RADIO_HEARD;
  return proved ? texts.RADIO_NOT_HEARD : texts.RADIO_HIDDEN;
}
