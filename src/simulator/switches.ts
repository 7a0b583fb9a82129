import type { LocalText } from "../base/local-text.ts";
import type {
  SimulatedAnswers,
  SimulatedCallbacks,
  SimulatedEncryption,
  SimulatedEventForm,
  SimulatedFaults,
  SimulatedMode,
} from "./faults.ts";
import { choice, type Field, type Fields, flag, invalid, membersOf, number, optionalNumber, parseField } from "./fields.ts";

export type SwitchName = keyof SimulatedFaults;

const LONGEST_MS = 600_000;
const MOST_DEVICES = 1_000;

const say = (en: string, de: string): LocalText => ({ en, de });

const MODES: Readonly<Record<SimulatedMode, LocalText>> = {
  normal: say("takes calls", "nimmt Aufrufe an"),
  hang: say("accepts connections, never answers and sends nothing", "nimmt Verbindungen an, antwortet nie und sendet nichts"),
  refuse: say("the port is closed and nothing is sent", "der Port ist geschlossen und nichts wird gesendet"),
  reset: say("the firewall cuts every connection; events go on", "die Firewall trennt jede Verbindung; Ereignisse kommen weiter"),
  forbidden: say("the firewall answers HTTP 403; events go on", "die Firewall antwortet mit HTTP 403; Ereignisse kommen weiter"),
  boot: say("HTTP 503 while the CCU starts; all clients are forgotten", "HTTP 503, die Zentrale startet; alle Clients sind vergessen"),
  unauthorized: say("HTTP 401 with an HTML page; events go on", "HTTP 401 mit einer HTML-Seite; Ereignisse kommen weiter"),
  notFound: say(
    "HTTP 404, as from another web server; events go on",
    "HTTP 404, wie von einem anderen Webserver; Ereignisse kommen weiter",
  ),
  processDown: say("HTTP 502, the process behind the web server is dead", "HTTP 502, der Prozess hinter dem Webserver ist tot"),
  html: say("an HTML page instead of an answer; events go on", "eine HTML-Seite statt einer Antwort; Ereignisse kommen weiter"),
};

const ENCRYPTIONS: Readonly<Record<SimulatedEncryption, LocalText>> = {
  usual: say("with the certificate that the CCU has had from the beginning", "mit dem Zertifikat, das die Zentrale von Anfang an hat"),
  newCertificate: say("with a new certificate, which nobody trusts yet", "mit einem neuen Zertifikat, dem noch niemand vertraut"),
  outdated: say("in a version that nobody accepts any more, TLS 1.1", "in einer Version, die niemand mehr annimmt, TLS 1.1"),
};

const ANSWERS: Readonly<Record<SimulatedAnswers, LocalText>> = {
  whole: say("as they should be", "wie sie sein sollen"),
  cutOff: say("the connection breaks in the middle of the answer", "die Verbindung bricht mitten in der Antwort ab"),
  unfinished: say("the XML ends in the middle, in good HTTP", "das XML endet mittendrin, in korrektem HTTP"),
  garbage: say("bytes that are no XML, in good HTTP", "Bytes, die kein XML sind, in korrektem HTTP"),
  notHttp: say("bytes that are not even HTTP", "Bytes, die nicht einmal HTTP sind"),
};

const CALLBACKS: Readonly<Record<SimulatedCallbacks, LocalText>> = {
  arrive: say("as the network allows", "so wie das Netz es zulässt"),
  refused: say("nobody answers at the callback address", "unter der Callback-Adresse antwortet niemand"),
  stall: say(
    "packets to the callback address vanish: init stalls the whole process for four minutes",
    "Pakete an die Callback-Adresse verschwinden: init hält den ganzen Prozess vier Minuten lang auf",
  ),
};

const EVENT_FORMS: Readonly<Record<SimulatedEventForm, LocalText>> = {
  usual: say("as the real process does", "wie der echte Prozess"),
  single: say("one request for each event", "eine Anfrage je Ereignis"),
  multicall: say("always system.multicall", "immer system.multicall"),
};

/** Every switch: what it takes and what it does. */
export const SWITCHES: Fields<SimulatedFaults> = {
  mode: choice(say("What becomes of a call", "Was mit einem Aufruf geschieht"), MODES),
  encryption: choice(
    say("How connections are encrypted, of a CCU with `tls`", "Wie Verbindungen verschlüsselt sind, bei einer Zentrale mit `tls`"),
    ENCRYPTIONS,
  ),

  answers: choice(say("How answers arrive", "Wie Antworten ankommen"), ANSWERS),
  halfOpen: flag(
    say(
      "Calls are carried out, but nothing follows the HTTP headers",
      "Aufrufe werden ausgeführt, aber nach den HTTP-Kopfzeilen folgt nichts",
    ),
  ),
  slowAnswersMs: number(
    say(
      "Every call keeps the single thread busy for so many milliseconds",
      "Jeder Aufruf beschäftigt den einzigen Thread so viele Millisekunden",
    ),
    { max: LONGEST_MS },
  ),
  faultCode: number(
    say(
      "Every call but init is refused with this fault code; 0: none",
      "Jeder Aufruf außer init wird mit diesem Fehlercode abgelehnt; 0: keiner",
    ),
    { min: -100, max: 0 },
  ),

  initRejected: flag(say("init is refused with a fault", "init wird mit einem Fehler abgelehnt")),
  initNeverAnswers: flag(say("init does all of its work and is never answered", "init tut seine ganze Arbeit und wird nie beantwortet")),
  initWithoutEvents: flag(
    say("init is answered and calls back, but no event follows", "init antwortet und ruft zurück, aber kein Ereignis folgt"),
  ),
  deleteDevicesStorm: flag(
    say("init makes the CCU send deleteDevices for everything", "init lässt die Zentrale deleteDevices für alles senden"),
  ),

  pingUnsupported: flag(say("ping is unknown", "ping ist unbekannt")),
  pingWithoutPong: flag(say("ping returns true and no PONG follows", "ping liefert true und kein PONG folgt")),
  lostPongPercent: number(say("Share of PONGs that get lost", "Anteil der PONGs, die verloren gehen"), { max: 100, fraction: true }),
  latePongMs: number(say("PONGs are late by so many milliseconds", "PONGs kommen so viele Millisekunden zu spät"), { max: LONGEST_MS }),
  duplicatePong: flag(say("Each PONG comes twice", "Jeder PONG kommt doppelt")),
  foreignPong: flag(say("Each ping also brings the PONG of another client", "Jeder ping bringt auch den PONG eines anderen Clients")),
  idCollision: flag(
    say(
      "Each ping also brings a PONG of another client that uses our id",
      "Jeder ping bringt auch einen PONG eines anderen Clients mit unserer Id",
    ),
  ),

  callbacks: choice(say("What becomes of calls to the clients", "Was mit Aufrufen an die Clients geschieht"), CALLBACKS),
  eventForm: choice(say("How events are packed", "Wie Ereignisse verpackt sind"), EVENT_FORMS),
  radioSilence: flag(say("Devices say nothing any more; PONGs go on", "Geräte melden nichts mehr; PONGs kommen weiter")),
  eventsPerSecond: number(say("A steady load of device events on top", "Eine gleichmäßige Last von Geräteereignissen zusätzlich"), {
    max: 1_000,
    fraction: true,
  }),

  unreachable: number(say("So many devices are unreachable and silent", "So viele Geräte sind nicht erreichbar und stumm"), {
    max: MOST_DEVICES,
  }),
  lowBatteries: number(say("So many further devices report a low battery", "So viele weitere Geräte melden eine schwache Batterie"), {
    max: MOST_DEVICES,
  }),
  configPending: number(say("So many devices wait for their configuration", "So viele Geräte warten auf ihre Konfiguration"), {
    max: MOST_DEVICES,
  }),

  dutyCycle: optionalNumber(say("Duty cycle of the CCU's radio module in percent", "Duty Cycle des Funkmoduls der Zentrale in Prozent"), {
    max: 100,
  }),
  carrierSense: optionalNumber(
    say("Carrier sense of the CCU's HmIP radio module in percent", "Carrier Sense des HmIP-Funkmoduls der Zentrale in Prozent"),
    { max: 100 },
  ),
  gatewayDisconnected: flag(
    say("The gateway, or the only radio module, is not connected", "Das Gateway oder das einzige Funkmodul ist nicht verbunden"),
  ),
};

/** The switches in the order in which a person meets what they change. */
export const SWITCH_GROUPS: readonly { readonly title: LocalText; readonly names: readonly SwitchName[] }[] = [
  {
    title: say("Calls and answers", "Aufrufe und Antworten"),
    names: ["mode", "encryption", "answers", "halfOpen", "slowAnswersMs", "faultCode"],
  },
  {
    title: say("Registration", "Anmeldung"),
    names: ["initRejected", "initNeverAnswers", "initWithoutEvents", "deleteDevicesStorm"],
  },
  {
    title: say("Ping and PONG", "Ping und PONG"),
    names: ["pingUnsupported", "pingWithoutPong", "lostPongPercent", "latePongMs", "duplicatePong", "foreignPong", "idCollision"],
  },
  { title: say("Events", "Ereignisse"), names: ["callbacks", "eventForm", "radioSilence", "eventsPerSecond"] },
  {
    title: say("Devices and radio", "Geräte und Funk"),
    names: ["unreachable", "lowBatteries", "configPending", "dutyCycle", "carrierSense", "gatewayDisconnected"],
  },
];

/**
 * Reads switches from JSON; those that are not named stay as they are.
 * @throws HomematicError CONFIG_INVALID that names the switch, what was given and what is expected.
 */
export function parseSwitches(input: unknown): Partial<SimulatedFaults> {
  const switches: { -readonly [Name in SwitchName]?: SimulatedFaults[Name] } = {};
  for (const [name, value] of membersOf("set", input)) {
    if (!isSwitchName(name)) throw invalid(`${name} is no switch`);
    take(switches, name, value);
  }
  return switches;
}

export function isSwitchName(name: string): name is SwitchName {
  return Object.hasOwn(SWITCHES, name);
}

function take<Name extends SwitchName>(
  switches: { -readonly [Each in SwitchName]?: SimulatedFaults[Each] },
  name: Name,
  value: unknown,
): void {
  const field: Field<SimulatedFaults[Name]> = SWITCHES[name];
  switches[name] = parseField({ field, name, value });
}
