import type { LocalText } from "../base/local-text.ts";
import type { HubEventType } from "./hub-sensor-sink.ts";

/** What happened, in one sentence. Where a trouble begins that has a cause of its own, the words of the cause say it. */
export const EVENT_TEXTS: Readonly<Partial<Record<HubEventType, LocalText>>> = {
  interface_lost: { en: "The connection to {interface} is lost. {cause}", de: "Die Verbindung zu {interface} ist unterbrochen. {cause}" },
  interface_restored: {
    en: "The connection to {interface} works again after {duration}.",
    de: "Die Verbindung zu {interface} funktioniert nach {duration} wieder.",
  },
  callback_restored: {
    en: "The CCU reaches this machine again after {duration} ({interface}).",
    de: "Die CCU erreicht dieses Gerät nach {duration} wieder ({interface}).",
  },
  radio_restored: {
    en: "The devices of {interface} report again after {duration}.",
    de: "Die Geräte von {interface} melden sich nach {duration} wieder.",
  },
  duty_cycle_normal: {
    en: "The sending time of the radio modules of {interface} is back to normal after {duration}.",
    de: "Die Sendezeit der Funkmodule von {interface} ist nach {duration} wieder normal.",
  },
  carrier_sense_normal: {
    en: "The radio channel of {interface} is free again after {duration}.",
    de: "Der Funkkanal von {interface} ist nach {duration} wieder frei.",
  },
  gateway_restored: {
    en: "All radio modules and gateways of {interface} are connected again after {duration}.",
    de: "Alle Funkmodule und Gateways von {interface} sind nach {duration} wieder verbunden.",
  },
};

/** How the CCU is called where no interface can be named. */
export const WHOLE_CCU: LocalText = { en: "the CCU", de: "der CCU" };

/** `45 s`, `12 min`, `3 h 20 min`: the same in every language. */
export function durationText(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (minutes < 90) return `${minutes} min`;
  const rest = minutes % 60;
  return `${Math.floor(minutes / 60)} h${rest === 0 ? "" : ` ${rest} min`}`;
}
