import type { LocalText } from "../base/local-text.ts";
import { NO_FAULTS } from "./faults.ts";
import type { ScenarioStep } from "./scenario.ts";

interface Scenario {
  readonly about: LocalText;
  readonly steps: readonly ScenarioStep[];
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

/** Stories that happen in real houses; each ends with a healthy CCU. */
export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  reboot: {
    about: {
      en: "The CCU reboots: two minutes of HTTP 503, HmIP takes three minutes more",
      de: "Die Zentrale startet neu: zwei Minuten HTTP 503, HmIP braucht drei Minuten länger",
    },
    steps: [
      { atMs: 0, set: { ...NO_FAULTS, mode: "refuse" } },
      { atMs: 20 * SECOND_MS, set: { mode: "boot" } },
      { atMs: 2 * MINUTE_MS, set: { mode: "normal" } },
      { atMs: 2 * MINUTE_MS, interface: "HmIP-RF", set: { mode: "processDown" } },
      { atMs: 5 * MINUTE_MS, interface: "HmIP-RF", set: { mode: "normal" } },
    ],
  },
  silentDrop: {
    about: {
      en: "The CCU forgets us without a word, although ping stays true",
      de: "Die Zentrale vergisst uns wortlos, obwohl ping weiter true liefert",
    },
    steps: [{ atMs: 0, action: (simulated) => simulated.dropClients() }],
  },
  deadRadio: {
    about: {
      en: "The HmIP radio dies while everything answers; a restart of the process ends it after two hours",
      de: "Der HmIP-Funk stirbt, während alles antwortet; ein Neustart des Prozesses beendet das nach zwei Stunden",
    },
    steps: [
      { atMs: 0, interface: "HmIP-RF", set: { radioSilence: true } },
      { atMs: 120 * MINUTE_MS, interface: "HmIP-RF", set: { radioSilence: false }, action: (simulated) => simulated.restart() },
    ],
  },
  dutyCycle: {
    about: {
      en: "The duty cycle climbs to 99 % within five minutes and falls again",
      de: "Der Duty Cycle steigt in fünf Minuten auf 99 % und fällt wieder",
    },
    steps: [30, 45, 66, 81, 91, 96, 99, 85, 42, null].map((dutyCycle, index) => ({
      atMs: index * 45 * SECOND_MS,
      set: { dutyCycle },
    })),
  },
  overload: {
    about: {
      en: "For three minutes every call takes four seconds and a third of all PONGs gets lost",
      de: "Drei Minuten lang dauert jeder Aufruf vier Sekunden und ein Drittel aller PONGs geht verloren",
    },
    steps: [
      { atMs: 0, set: { slowAnswersMs: 4 * SECOND_MS, lostPongPercent: 33, eventsPerSecond: 20 } },
      { atMs: 3 * MINUTE_MS, set: { slowAnswersMs: 0, lostPongPercent: 0, eventsPerSecond: 0 } },
    ],
  },
  trouble: {
    about: {
      en: "Devices become unreachable and batteries weak, and recover",
      de: "Geräte werden unerreichbar und Batterien schwach, und erholen sich",
    },
    steps: [
      { atMs: 0, set: { unreachable: 2, lowBatteries: 1 } },
      { atMs: MINUTE_MS, set: { unreachable: 1, configPending: 1 } },
      { atMs: 3 * MINUTE_MS, set: { unreachable: 0, lowBatteries: 0, configPending: 0 }, action: (simulated) => simulated.acknowledge() },
    ],
  },
};
