import type { Language } from "../base/local-text.ts";
import { CAUSE_CODES } from "../diagnosis/cause-codes.ts";
import type { HubDetail, HubMetricValue, HubMetricValues, HubScalar } from "../hub/hub-sensor-sink.ts";

/** A value as the companion takes it. */
type WireValue = HubScalar | { readonly value: HubScalar; readonly details: Readonly<Record<string, WireDetail>> };
export type WireValues = Readonly<Record<string, WireValue>>;
type WireDetail = string | number | null | readonly string[];

const MAX_TEXT = 255;
const MAX_LONG_TEXT = 2_048;
const MAX_DETAILS = 20;
const MAX_LIST = 100;

/** The metrics of protocol 1, all of them numbers of a CCU. */
const FIRST_METRICS: ReadonlySet<string> = new Set(["system_health", "connection_latency", "last_event_age"]);
const KNOWN_CAUSES: ReadonlySet<unknown> = new Set(["none", ...CAUSE_CODES]);

/** The values in the form of a protocol; texts are in one language and no longer than the companion takes. */
export function wireValues(values: HubMetricValues, { protocol, language }: { protocol: number; language: Language }): WireValues {
  const entries = Object.entries(values).filter(([key]) => protocol > 1 || FIRST_METRICS.has(key));
  return Object.fromEntries(entries.map(([key, value]) => [key, protocol > 1 ? wireValue(key, value, language) : scalarOf(value)]));
}

export function scalarOf(value: HubMetricValue): HubScalar {
  return typeof value === "object" && value !== null ? value.value : value;
}

/** A list of texts is cut, a text in several languages becomes one. */
export function wireDetails(details: Readonly<Record<string, HubDetail>>, language: Language): Readonly<Record<string, WireDetail>> {
  return Object.fromEntries(
    Object.entries(details)
      .slice(0, MAX_DETAILS)
      .map(([name, detail]) => [name, wireDetail(detail, language)]),
  );
}

/** Only causes that the receiver knows; the others it could not name. */
export function wireCause<Cause extends HubScalar>(cause: Cause): Cause | "other" {
  return cause === null || KNOWN_CAUSES.has(cause) ? cause : "other";
}

/** The receiver refuses an empty text where a name belongs. */
export function shortText<Otherwise>(text: string, otherwise: Otherwise): string | Otherwise {
  return cut(text, MAX_TEXT) || otherwise;
}

export function longText(text: string): string {
  return cut(text, MAX_LONG_TEXT);
}

function wireValue(key: string, value: HubMetricValue, language: Language): WireValue {
  const scalar = wireScalar(key, scalarOf(value));
  const hasDetails = typeof value === "object" && value !== null;
  return hasDetails ? { value: scalar, details: wireDetails(value.details, language) } : scalar;
}

function wireScalar(key: string, value: HubScalar): HubScalar {
  if (key === "cause") return wireCause(value);
  if (typeof value === "number" && !Number.isFinite(value)) return null;
  return typeof value === "string" ? cut(value, MAX_TEXT) : value;
}

function wireDetail(detail: HubDetail, language: Language): WireDetail {
  if (detail === null || typeof detail === "number") return detail;
  if (typeof detail === "string") return longText(detail);
  return isList(detail) ? detail.slice(0, MAX_LIST).map(longText) : longText(detail[language]);
}

function isList(detail: HubDetail): detail is readonly string[] {
  return Array.isArray(detail);
}

/** Never cuts a character in two. */
function cut(text: string, length: number): string {
  return text.length <= length ? text : text.slice(0, length).replace(/[\uD800-\uDBFF]$/, "");
}
