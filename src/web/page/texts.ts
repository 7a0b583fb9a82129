import type { AppStatus, InterfaceStatus, PathName, PathStatus } from "../status.ts";
import { de } from "./texts-de.ts";
import { en } from "./texts-en.ts";

/** Every word of the page that is ours; the words of causes come from the status in both languages. */
export interface Texts {
  readonly verdict: {
    readonly ok: string;
    readonly problem: string;
    readonly warning: string;
    readonly unknown: string;
    readonly wait: string;
    readonly noCcu: string;
    readonly enterCcu: string;
    readonly worthALook: string;
    readonly lowHealth: string;
    readonly more: string;
    readonly homeAssistant: string;
  };
  readonly sensors: { readonly systemHealth: string; readonly connectionLatency: string; readonly lastEventAge: string };
  readonly sensorHints: { readonly systemHealth: string; readonly connectionLatency: string; readonly lastEventAge: string };
  readonly whatToDo: string;
  /** At an interface: what is wrong is said for the CCU. */
  readonly sharedCause: string;
  /** Said by screen readers before the name of a figure. */
  readonly explain: string;
  readonly figures: string;
  readonly events: string;
  readonly perMinute: string;
  readonly lastHours: string;
  readonly chartBegins: string;
  readonly devicesAndRadio: string;
  readonly signals: Readonly<Record<"unreachableDevices" | "lowBatteries" | "serviceMessages" | "dutyCycle" | "carrierSense", string>>;
  readonly show: string;
  readonly silence: { readonly silent: string; readonly unheard: string; readonly silentFor: string; readonly usually: string };
  /** Service messages by the CCU's name for them; one that is not listed is shown as it is. */
  readonly messages: Readonly<Record<string, string>>;
  readonly incidents: {
    readonly title: string;
    readonly availability: string;
    /** Before and after how long. */
    readonly watched: readonly [before: string, after: string];
    readonly spans: Readonly<Record<"day" | "week" | "month", string>>;
    readonly none: string;
    readonly noCause: string;
    readonly lasted: string;
    readonly lasts: string;
    readonly unobserved: string;
    readonly timeline: string;
  };
  readonly recovery: {
    readonly title: string;
    readonly of: string;
    readonly names: Readonly<Record<Exclude<InterfaceStatus["recovery"]["step"], "done">, string>>;
  };
  readonly traffic: {
    readonly chatty: string;
    readonly foreign: string;
    readonly nobody: string;
    readonly every: string;
    readonly rises: string;
    readonly perHour: string;
    readonly limitIn: string;
    readonly lost: string;
  };
  readonly port: string;
  /** By the client's state; a word that is not listed is shown as it is. */
  readonly connection: Readonly<Record<string, string>>;
  readonly nextAttempt: string;
  readonly paths: Readonly<Record<PathName, string>>;
  /** What it means that the path works. */
  readonly pathHints: Readonly<Record<PathName, string>>;
  /** What it means for the user when the path fails; follows the name of the interface. */
  readonly pathProblems: Readonly<Record<PathName, string>>;
  readonly pathStates: Readonly<Record<PathStatus["state"], string>>;
  readonly lastOk: string;
  readonly latency: string;
  readonly average: string;
  readonly median: string;
  readonly timeouts: string;
  readonly lastEvent: string;
  readonly devices: string;
  readonly score: string;
  readonly since: string;
  readonly ago: readonly [before: string, after: string];
  readonly nothing: string;
  readonly homeAssistant: Readonly<Record<AppStatus["homeAssistant"]["state"], string>>;
  readonly guides: {
    readonly title: string;
    readonly callback: { readonly title: string; readonly hint: string; readonly button: string; readonly tested: string };
    readonly bundle: { readonly title: string; readonly hint: string; readonly button: string };
  };
  readonly companion: {
    readonly title: string;
    /** One sentence for each step of the first installation. */
    readonly steps: readonly string[];
    readonly done: string;
    readonly install: string;
    readonly consent: string;
    readonly ways: Readonly<Record<"system" | "integrations" | "integration", string>>;
  };
  readonly demo: { readonly title: string; readonly next: string };
  readonly lost: string;
  readonly callback: string;
  readonly running: string;
}

export type Language = "en" | "de";

export const TEXTS: Readonly<Record<Language, Texts>> = { en, de };

export function isLanguage(tag: string): tag is Language {
  return Object.hasOwn(TEXTS, tag);
}
