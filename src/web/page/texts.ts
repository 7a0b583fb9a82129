import type { AppStatus, InterfaceStatus, PathName, PathStatus } from "../status.ts";

/** Every word of the page that is ours; the words of causes come from the status in both languages. */
export interface Texts {
  readonly verdict: {
    readonly ok: string;
    readonly problem: string;
    readonly warning: string;
    readonly unknown: string;
    readonly noCcu: string;
    readonly lowHealth: string;
    readonly more: string;
    readonly homeAssistant: string;
  };
  readonly sensors: { readonly systemHealth: string; readonly connectionLatency: string; readonly lastEventAge: string };
  readonly sensorHints: { readonly systemHealth: string; readonly connectionLatency: string; readonly lastEventAge: string };
  readonly whatToDo: string;
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
  readonly incidents: {
    readonly title: string;
    readonly availability: string;
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
  /** Unfolds what the product said in English. */
  readonly wording: string;
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
  /** What to do about it. */
  readonly homeAssistantAdvice: Readonly<Record<AppStatus["homeAssistant"]["state"], string>>;
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
  };
  readonly demo: { readonly title: string; readonly next: string };
  readonly lost: string;
  readonly callback: string;
  readonly running: string;
}

const en: Texts = {
  verdict: {
    ok: "All well",
    problem: "Something is wrong",
    warning: "Something needs a look",
    unknown: "Nothing measured yet",
    noCcu: "No CCU is configured",
    lowHealth: "does not have full health",
    more: "more",
    homeAssistant: "Home Assistant does not get the values",
  },
  sensors: { systemHealth: "System health", connectionLatency: "Connection latency", lastEventAge: "Last event age" },
  sensorHints: {
    systemHealth: "how much of the way between the CCU and this add-on works",
    connectionLatency: "from our ping to the answering event, average of the last 5 minutes",
    lastEventAge: "since a device last reported anything",
  },
  whatToDo: "What to do",
  explain: "What this means",
  figures: "More figures",
  events: "Events",
  perMinute: "per minute",
  lastHours: "course of the last 12 hours",
  chartBegins: "The curve begins after a minute.",
  devicesAndRadio: "Devices and radio",
  signals: {
    unreachableDevices: "Unreachable devices",
    lowBatteries: "Low batteries",
    serviceMessages: "Service messages",
    dutyCycle: "Duty cycle",
    carrierSense: "Carrier sense",
  },
  show: "Show which",
  incidents: {
    title: "Incidents",
    availability: "Availability",
    spans: { day: "24 hours", week: "7 days", month: "30 days" },
    none: "No incident is on record.",
    noCause: "lost, without a known cause",
    lasted: "lasted",
    lasts: "still going on",
    unobserved: "as far as it was observed",
    timeline: "What happened",
  },
  recovery: {
    title: "Step",
    of: "of",
    names: {
      name_resolution: "find the CCU by its name",
      connection: "reach the CCU",
      http: "get an answer",
      rpc: "talk to the interface",
      callback_address: "find the own address",
      registration: "register for events",
      first_pong: "wait for the first event",
      inventory: "read the list of devices",
    },
  },
  traffic: {
    chatty: "Most talkative devices",
    foreign: "Other clients",
    nobody: "none",
    every: "every",
    rises: "The duty cycle rises by",
    perHour: "% per hour",
    limitIn: "limit reached in about",
    lost: "Events probably lost",
  },
  wording: "Exact message",
  port: "port",
  connection: {
    idle: "not started",
    connecting: "connecting",
    registering: "registering",
    connected: "connected",
    waiting: "waiting to reconnect",
    stopping: "stopping",
    stopped: "stopped",
  },
  nextAttempt: "next attempt in",
  paths: { command: "Commands", event: "Events", radio: "Radio" },
  pathHints: {
    command: "the CCU answers our calls",
    event: "the CCU reaches this add-on",
    radio: "the devices report as they usually do",
  },
  pathProblems: {
    command: "does not answer commands",
    event: "sends no events",
    radio: "hears unusually little from its devices",
  },
  pathStates: { ok: "OK", failing: "failing", unknown: "not known yet", unsupported: "not available here" },
  lastOk: "last OK",
  latency: "Latency",
  average: "average",
  median: "median",
  timeouts: "Lost pings",
  lastEvent: "Last event",
  devices: "Devices",
  score: "Health",
  since: "for",
  ago: ["", " ago"],
  nothing: "nothing measured yet",
  homeAssistant: {
    off: "Home Assistant is not connected",
    connecting: "Connecting to Home Assistant",
    waiting: "Waiting for Home Assistant",
    publishing: "Home Assistant receives the values",
  },
  homeAssistantAdvice: {
    off: "The sensors are shown on this page and under /metrics only. To see them in Home Assistant, enter its address in the options.",
    connecting: "Nothing to do: this takes a few seconds.",
    waiting: "The add-on tries again by itself. If this lasts longer than a restart of Home Assistant, the exact message names the reason.",
    publishing: "Nothing to do.",
  },
  guides: {
    title: "Help yourself",
    callback: {
      title: "Is this add-on reachable?",
      hint: "The CCU reports its events by calling this add-on. The test calls the address that the CCU is given.",
      button: "Test the callback now",
      tested: "tested",
    },
    bundle: {
      title: "Ask somebody for help",
      hint: "A file with the state and the options, without passwords, addresses and serial numbers. Look through it before you pass it on.",
      button: "Download support bundle",
    },
  },
  companion: {
    title: "Integration in Home Assistant",
    steps: [
      "Install the integration: it holds the sensors.",
      "Restart Home Assistant: Settings > System, the power symbol at the top.",
      "Confirm Homematic Vitals under Settings > Devices & services.",
      "The sensors appear within a minute.",
    ],
    done: "done",
    install: "Install",
    consent:
      "With Install you allow the add-on to put the integration into the folder custom_components of Home Assistant and to keep it up to date there. It touches nothing else and never restarts Home Assistant.",
  },
  demo: {
    title: "This is a simulated CCU.",
    next: "To watch your own, enter its address under “ccus” in the options and start again.",
  },
  lost: "The connection to the add-on is lost. What you see is the last known state; the page goes on by itself.",
  callback: "The CCU sends its events to",
  running: "Running for",
};

const de: Texts = {
  verdict: {
    ok: "Alles in Ordnung",
    problem: "Etwas stimmt nicht",
    warning: "Etwas braucht einen Blick",
    unknown: "Noch nichts gemessen",
    noCcu: "Keine CCU eingerichtet",
    lowHealth: "ist nicht völlig gesund",
    more: "weitere",
    homeAssistant: "Home Assistant bekommt die Werte nicht",
  },
  sensors: { systemHealth: "Systemzustand", connectionLatency: "Verbindungslatenz", lastEventAge: "Alter des letzten Ereignisses" },
  sensorHints: {
    systemHealth: "so viel vom Weg zwischen der CCU und diesem Add-on funktioniert",
    connectionLatency: "von unserem Ping bis zum Antwort-Ereignis, Mittel der letzten 5 Minuten",
    lastEventAge: "seit sich ein Gerät zuletzt gemeldet hat",
  },
  whatToDo: "Was zu tun ist",
  explain: "Was das bedeutet",
  figures: "Weitere Werte",
  events: "Ereignisse",
  perMinute: "pro Minute",
  lastHours: "Verlauf der letzten 12 Stunden",
  chartBegins: "Die Kurve beginnt nach einer Minute.",
  devicesAndRadio: "Geräte und Funk",
  signals: {
    unreachableDevices: "Nicht erreichbare Geräte",
    lowBatteries: "Schwache Batterien",
    serviceMessages: "Servicemeldungen",
    dutyCycle: "Duty Cycle",
    carrierSense: "Carrier Sense",
  },
  show: "Welche das sind",
  incidents: {
    title: "Vorfälle",
    availability: "Verfügbarkeit",
    spans: { day: "24 Stunden", week: "7 Tage", month: "30 Tage" },
    none: "Es ist kein Vorfall verzeichnet.",
    noCause: "gestört, ohne bekannte Ursache",
    lasted: "dauerte",
    lasts: "dauert an",
    unobserved: "soweit beobachtet",
    timeline: "Was geschah",
  },
  recovery: {
    title: "Schritt",
    of: "von",
    names: {
      name_resolution: "die CCU unter ihrem Namen finden",
      connection: "die CCU erreichen",
      http: "eine Antwort bekommen",
      rpc: "mit der Schnittstelle sprechen",
      callback_address: "die eigene Adresse finden",
      registration: "für Ereignisse anmelden",
      first_pong: "auf das erste Ereignis warten",
      inventory: "die Geräteliste lesen",
    },
  },
  traffic: {
    chatty: "Gesprächigste Geräte",
    foreign: "Andere Clients",
    nobody: "keine",
    every: "alle",
    rises: "Der Duty Cycle steigt um",
    perHour: "% pro Stunde",
    limitIn: "Grenze erreicht in etwa",
    lost: "Vermutlich verlorene Ereignisse",
  },
  wording: "Meldung im Wortlaut",
  port: "Port",
  connection: {
    idle: "nicht gestartet",
    connecting: "Verbindungsaufbau",
    registering: "Anmeldung",
    connected: "verbunden",
    waiting: "wartet auf neuen Versuch",
    stopping: "wird beendet",
    stopped: "beendet",
  },
  nextAttempt: "nächster Versuch in",
  paths: { command: "Befehle", event: "Ereignisse", radio: "Funk" },
  pathHints: {
    command: "die CCU beantwortet unsere Aufrufe",
    event: "die CCU erreicht dieses Add-on",
    radio: "die Geräte melden sich wie gewohnt",
  },
  pathProblems: {
    command: "antwortet nicht auf Befehle",
    event: "sendet keine Ereignisse",
    radio: "hört ungewöhnlich wenig von den Geräten",
  },
  pathStates: { ok: "OK", failing: "gestört", unknown: "noch nicht bekannt", unsupported: "hier nicht verfügbar" },
  lastOk: "zuletzt OK",
  latency: "Latenz",
  average: "Mittel",
  median: "Median",
  timeouts: "Verlorene Pings",
  lastEvent: "Letztes Ereignis",
  devices: "Geräte",
  score: "Gesundheit",
  since: "seit",
  ago: ["vor ", ""],
  nothing: "noch nichts gemessen",
  homeAssistant: {
    off: "Home Assistant ist nicht verbunden",
    connecting: "Verbindung zu Home Assistant wird aufgebaut",
    waiting: "Es wird auf Home Assistant gewartet",
    publishing: "Home Assistant bekommt die Werte",
  },
  homeAssistantAdvice: {
    off: "Die Sensoren stehen nur auf dieser Seite und unter /metrics. Um sie in Home Assistant zu sehen, tragen Sie dessen Adresse in den Optionen ein.",
    connecting: "Nichts zu tun: Das dauert einige Sekunden.",
    waiting:
      "Das Add-on versucht es von selbst weiter. Dauert es länger als ein Neustart von Home Assistant, nennt die Meldung im Wortlaut den Grund.",
    publishing: "Nichts zu tun.",
  },
  guides: {
    title: "Selbst nachsehen",
    callback: {
      title: "Ist dieses Add-on erreichbar?",
      hint: "Die CCU meldet ihre Ereignisse, indem sie dieses Add-on anruft. Der Test ruft die Adresse an, die der CCU genannt wird.",
      button: "Rückweg jetzt testen",
      tested: "getestet",
    },
    bundle: {
      title: "Jemanden um Hilfe bitten",
      hint: "Eine Datei mit dem Zustand und den Optionen, ohne Passwörter, Adressen und Seriennummern. Sehen Sie sie durch, bevor Sie sie weitergeben.",
      button: "Support-Paket herunterladen",
    },
  },
  companion: {
    title: "Integration in Home Assistant",
    steps: [
      "Installieren Sie die Integration: Sie enthält die Sensoren.",
      "Starten Sie Home Assistant neu: Einstellungen > System, das Symbol oben rechts.",
      "Bestätigen Sie Homematic Vitals unter Einstellungen > Geräte & Dienste.",
      "Die Sensoren erscheinen innerhalb einer Minute.",
    ],
    done: "erledigt",
    install: "Installieren",
    consent:
      "Mit Installieren erlauben Sie dem Add-on, die Integration in den Ordner custom_components von Home Assistant zu legen und dort aktuell zu halten. Es fasst sonst nichts an und startet Home Assistant nie neu.",
  },
  demo: {
    title: "Das ist eine simulierte CCU.",
    next: "Um die eigene zu beobachten, ihre Adresse in den Optionen unter „ccus“ eintragen und neu starten.",
  },
  lost: "Die Verbindung zum Add-on ist abgebrochen. Zu sehen ist der letzte bekannte Zustand; die Seite macht von selbst weiter.",
  callback: "Die CCU sendet ihre Ereignisse an",
  running: "Läuft seit",
};

export type Language = "en" | "de";

export const TEXTS: Readonly<Record<Language, Texts>> = { en, de };

export function isLanguage(tag: string): tag is Language {
  return Object.hasOwn(TEXTS, tag);
}
