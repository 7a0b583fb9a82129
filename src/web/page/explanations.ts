import type { LocalText } from "../../base/local-text.ts";
import { type Html, html } from "./html.ts";
import type { View } from "./view.ts";

export type Figure =
  | "systemHealth"
  | "connectionLatency"
  | "lastEventAge"
  | "latency"
  | "timeouts"
  | "eventsPerMinute"
  | "dutyCycle"
  | "carrierSense"
  | "unreachableDevices"
  | "serviceMessages"
  | "lowBatteries"
  | "devices"
  | "score"
  | "availability"
  | "chattyDevices"
  | "silentDevices"
  | "foreignClients"
  | "estimatedLost"
  | "dutyCycleTrend";

/** What each figure of the page means, and when it is a reason to act. */
export const EXPLANATIONS: Readonly<Record<Figure, LocalText>> = {
  systemHealth: {
    en: "100 % means: the CCU answers, its events arrive here, and the devices report as usual. Each interface counts by how many of its three ways work.",
    de: "100 % heißt: Die CCU antwortet, ihre Ereignisse kommen hier an und die Geräte melden sich wie gewohnt. Jede Schnittstelle zählt danach, wie viele ihrer drei Wege funktionieren.",
  },
  connectionLatency: {
    en: "Twice a minute or so the app asks the CCU for a sign of life and measures how long it takes to arrive; one that never arrives counts as 10 s. Some ten milliseconds are usual; several seconds over many minutes mean that the CCU or the network is overloaded.",
    de: "Etwa zweimal in der Minute bittet die App die CCU um ein Lebenszeichen und misst, wie lange es braucht; eines, das nie ankommt, zählt als 10 s. Einige zehn Millisekunden sind üblich; mehrere Sekunden über viele Minuten heißen, dass die CCU oder das Netzwerk überlastet ist.",
  },
  lastEventAge: {
    en: "The time since any device last reported a value. How long is usual depends on your devices: thermostats report every few minutes, contacts only when something happens.",
    de: "Die Zeit, seit irgendein Gerät zuletzt einen Wert gemeldet hat. Was üblich ist, hängt von Ihren Geräten ab: Thermostate melden sich alle paar Minuten, Kontakte nur, wenn etwas geschieht.",
  },
  latency: {
    en: "Half of all signs of life arrived within the median; of a hundred, ninety-five arrived within p95; one that never arrives counts as 10 s. A p95 far above the median means that the CCU stalls now and then.",
    de: "Die Hälfte aller Lebenszeichen kam innerhalb des Medians an, von hundert kamen fünfundneunzig innerhalb von p95; eines, das nie ankommt, zählt als 10 s. Liegt p95 weit über dem Median, stockt die CCU ab und zu.",
  },
  timeouts: {
    en: "Signs of life of the last five minutes that never arrived. A few while the CCU restarts are usual; a growing number means that events get lost.",
    de: "Lebenszeichen der letzten fünf Minuten, die nie ankamen. Einige während eines Neustarts der CCU sind üblich; werden es mehr, gehen Ereignisse verloren.",
  },
  eventsPerMinute: {
    en: "How many values the devices report per minute. It follows the life in the house; none at all for hours means that something is wrong.",
    de: "Wie viele Werte die Geräte je Minute melden. Die Zahl folgt dem Leben im Haus; gar keine über Stunden heißt, dass etwas nicht stimmt.",
  },
  dutyCycle: {
    en: "How much of the sending time that the law allows per hour the radio module has used. At 100 % it must be silent, and devices no longer obey; above 80 % look for programs that send often.",
    de: "Wie viel der gesetzlich erlaubten Sendezeit je Stunde das Funkmodul verbraucht hat. Bei 100 % muss es schweigen, und Geräte gehorchen nicht mehr; ab 80 % suchen Sie nach Programmen, die oft senden.",
  },
  carrierSense: {
    en: "How often the radio module found its channel occupied. Above 10 % something near it disturbs the radio: move the CCU away from other senders, USB 3 devices and power supplies.",
    de: "Wie oft das Funkmodul seinen Kanal besetzt fand. Ab 10 % stört etwas in der Nähe den Funk: Stellen Sie die CCU weiter weg von anderen Sendern, USB-3-Geräten und Netzteilen.",
  },
  unreachableDevices: {
    en: "Devices that the CCU could not reach. Check their batteries, press a button at the device, or bring it nearer to the CCU.",
    de: "Geräte, die die CCU nicht erreichen konnte. Prüfen Sie ihre Batterien, drücken Sie eine Taste am Gerät oder bringen Sie es näher an die CCU.",
  },
  serviceMessages: {
    en: "What the CCU itself complains about. Open its page and read or confirm the service messages there.",
    de: "Worüber sich die CCU selbst beschwert. Öffnen Sie ihre Oberfläche und lesen oder bestätigen Sie dort die Servicemeldungen.",
  },
  lowBatteries: {
    en: "Devices that ask for new batteries. Change them soon, before the device falls silent.",
    de: "Geräte, die neue Batterien brauchen. Wechseln Sie sie bald, bevor das Gerät verstummt.",
  },
  devices: {
    en: "How many devices the CCU has taught in at this interface.",
    de: "Wie viele Geräte an dieser Schnittstelle der CCU angelernt sind.",
  },
  availability: {
    en: "The share of the watched time in which all interfaces of this CCU worked. Time in which the app itself did not run counts neither way.",
    de: "Der Anteil der beobachteten Zeit, in dem alle Schnittstellen dieser CCU funktioniert haben. Zeit, in der die App selbst nicht lief, zählt weder so noch so.",
  },
  chattyDevices: {
    en: "The devices that report most. A device far ahead of all others may be badly set up: look at its reporting interval on the CCU.",
    de: "Die Geräte, die am meisten melden. Liegt eines weit vor allen anderen, ist es vielleicht ungünstig eingestellt: Sehen Sie auf der CCU nach seinem Meldeintervall.",
  },
  silentDevices: {
    en: "Devices that have not reported for three times as long as ever before and for an hour at least; one that has not been followed through a day counts after three days. Change its battery, press a button at the device, or bring it nearer to the CCU. Contacts and switches that nobody uses, as on holidays, are silent without a fault. Devices not heard since the start need no attention yet: some report once a day or less.",
    de: "Geräte, die sich dreimal so lange nicht gemeldet haben wie jemals zuvor, mindestens eine Stunde; eines, das noch keinen Tag lang verfolgt wurde, zählt nach drei Tagen. Wechseln Sie die Batterie, drücken Sie eine Taste am Gerät oder bringen Sie es näher an die CCU. Kontakte und Schalter, die niemand benutzt, etwa im Urlaub, sind auch ohne Fehler still. Seit dem Start nicht gehörte Geräte brauchen noch keine Aufmerksamkeit: Manche melden sich nur einmal am Tag oder seltener.",
  },
  foreignClients: {
    en: "Who else is connected to this interface. Each one costs the CCU a little; remove what you no longer use.",
    de: "Wer sonst mit dieser Schnittstelle verbunden ist. Jeder kostet die CCU etwas; entfernen Sie, was Sie nicht mehr brauchen.",
  },
  estimatedLost: {
    en: "Events that the CCU probably dropped, because more came at once than it hands over. If the number grows, look for programs that switch many devices at the same moment.",
    de: "Ereignisse, die die CCU vermutlich verworfen hat, weil mehr auf einmal kamen, als sie weitergibt. Wächst die Zahl, suchen Sie nach Programmen, die viele Geräte im selben Moment schalten.",
  },
  dutyCycleTrend: {
    en: "How fast the allowed sending time is being used up, by the last half hour, and when none would be left if it goes on like this. Look now for what sends so often, before devices no longer obey.",
    de: "Wie schnell die erlaubte Sendezeit verbraucht wird, nach der letzten halben Stunde, und wann keine mehr übrig wäre, wenn es so weitergeht. Suchen Sie jetzt, was so oft sendet, bevor Geräte nicht mehr gehorchen.",
  },
  score: {
    en: "The share of this interface's three ways that works; it goes into the system health of its CCU.",
    de: "Der Anteil der drei Wege dieser Schnittstelle, der funktioniert; er geht in den Systemzustand ihrer CCU ein.",
  },
};

/** A question mark that unfolds what the figure means; works without scripts. */
export function explain(figure: Figure, name: string, { language, texts }: View): Html {
  return html`<details class="explain"><summary><span aria-hidden="true">?</span><span class="sr">${texts.explain}: ${name}</span></summary><p>${EXPLANATIONS[figure][language]}</p></details>`;
}
