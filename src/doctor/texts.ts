import type { LocalText } from "../base/local-text.ts";
import type { RecoveryStep } from "../central/recovery-progress.ts";
import type { PathState } from "../events/product-events.ts";
import type { Verdict } from "./findings.ts";

const say = (en: string, de: string): LocalText => ({ en, de });

export const TITLE: LocalText = say(
  "Homematic Vitals {version} has looked at {host}",
  "Homematic Vitals {version} hat sich {host} angesehen",
);
export const LOOKING: LocalText = say(
  "Looking at {host} for up to {seconds} s. Press a button of any device meanwhile, so that its radio is heard.",
  "{host} wird bis zu {seconds} s lang untersucht. Betätigen Sie inzwischen ein beliebiges Gerät, damit sein Funk zu hören ist.",
);
export const ENDING: LocalText = say(
  "Taking back what was registered at the CCU; this takes {seconds} s at most.",
  "Was an der CCU angemeldet ist, wird abgemeldet; das dauert höchstens {seconds} s.",
);
export const INTERRUPTED: LocalText = say(
  "Interrupted. Nothing is left registered at the CCU.",
  "Abgebrochen. An der CCU ist nichts mehr angemeldet.",
);
export const STILL_REGISTERED: LocalText = say(
  "{names}: the CCU has not confirmed that it took back the registration of this look. Nothing is to be done: it forgets it when it starts anew, or once it has called this machine a few times in vain.",
  "{names}: Die CCU hat nicht bestätigt, dass sie die Anmeldung dieser Untersuchung zurückgenommen hat. Zu tun ist nichts: Sie vergisst sie bei ihrem nächsten Start oder wenn sie dieses Gerät einige Male vergeblich angerufen hat.",
);

export const SEARCHING: LocalText = say("looking for its interfaces", "die Schnittstellen werden gesucht");
export const FOUND_ALL: LocalText = say("everything is proved", "alles ist nachgewiesen");
export const RETRYING: LocalText = say("{cause} Trying again.", "{cause} Es wird erneut versucht.");
const ASKED = say("waiting for an answer", "die Antwort wird erwartet");
/** What is being waited for. */
export const PROGRESS: Readonly<Record<RecoveryStep, LocalText>> = {
  name_resolution: ASKED,
  connection: ASKED,
  http: ASKED,
  rpc: ASKED,
  callback_address: say("answers; checking the address that it is to call", "antwortet; die Adresse, die sie anrufen soll, wird geprüft"),
  registration: say("answers; registering", "antwortet; die Anmeldung läuft"),
  first_pong: say("registered; waiting for our own ping to come back", "angemeldet; unser eigener Ping wird zurückerwartet"),
  inventory: say("our own ping came back; waiting for the list of devices", "unser eigener Ping kam zurück; die Geräteliste wird erwartet"),
  done: say("events arrive; waiting for a device to report", "Ereignisse kommen an; die Meldung eines Geräts wird erwartet"),
};
export const PORT: LocalText = say("port {port}", "Port {port}");
export const NOT_FOUND: LocalText = say(
  "Not found: {names}. That is normal for what this CCU does not have; otherwise its process does not run or is shielded by the CCU's firewall.",
  "Nicht gefunden: {names}. Das ist normal für alles, was diese CCU nicht hat; sonst läuft der Dienst nicht oder die Firewall der CCU schirmt ihn ab.",
);
export const NO_INTERFACE: LocalText = say("No interface was found.", "Keine Schnittstelle wurde gefunden.");
export const UNFINISHED: LocalText = say(
  "The time was too short to judge this. Run it again with a larger --seconds.",
  "Die Zeit reichte für ein Urteil nicht aus. Starten Sie die Untersuchung mit größerem --seconds erneut.",
);
export const CALLED: LocalText = say(
  "The CCU was told to call this machine at {callback}.",
  "Die CCU soll dieses Gerät unter {callback} anrufen.",
);

export const WARNED_ADDRESS: LocalText = say(
  "{warning}. Give the address of this machine in your network after --callback-host.",
  "{warning}. Geben Sie die Adresse dieses Geräts in Ihrem Netzwerk hinter --callback-host an.",
);
export const OTHER_PORT: LocalText = say(
  "Port {usual} is in use on this machine, most likely by Homematic Vitals itself, so {port} was taken instead: a firewall that lets in {usual} alone is no trouble for Homematic Vitals, but for this look.",
  "Port {usual} ist auf diesem Gerät belegt, vermutlich durch Homematic Vitals selbst, daher wurde {port} genommen: Eine Firewall, die nur {usual} durchlässt, stört dann nicht Homematic Vitals, sondern nur diese Untersuchung.",
);
export const OTHER_ADDRESSES: LocalText = say(
  "This machine also has: {addresses}. If the CCU reaches it there, give that address after --callback-host.",
  "Dieses Gerät hat auch: {addresses}. Erreicht die CCU es dort, geben Sie diese Adresse hinter --callback-host an.",
);

export const LABELS: Readonly<Record<"cause" | "remedy" | "detail" | "command" | "event" | "radio" | "facts", LocalText>> = {
  cause: say("Cause", "Ursache"),
  remedy: say("What to do", "Abhilfe"),
  detail: say("Detail", "Einzelheit"),
  command: say("Commands", "Befehle"),
  event: say("Events", "Ereignisse"),
  radio: say("Radio", "Funk"),
  facts: say("Facts", "Angaben"),
};

export const VERDICT_TEXTS: Readonly<Record<Verdict, LocalText>> = {
  ok: say("all well", "alles in Ordnung"),
  degraded: say("needs a look", "braucht Aufmerksamkeit"),
  critical: say("does not work", "funktioniert nicht"),
};

export const SUMMARIES: Readonly<Record<Verdict, LocalText>> = {
  ok: say("All is well.", "Alles ist in Ordnung."),
  degraded: say("It works, but something needs a look.", "Es funktioniert, aber etwas braucht Aufmerksamkeit."),
  critical: say("Something does not work.", "Etwas funktioniert nicht."),
};

type StateTexts = Readonly<Record<PathState, LocalText>>;

const NOT_JUDGED = say("could not be judged", "ließen sich nicht beurteilen");

export const COMMAND_TEXTS: StateTexts = {
  ok: say("are answered", "werden beantwortet"),
  failing: say("are not answered", "werden nicht beantwortet"),
  unknown: NOT_JUDGED,
  unsupported: NOT_JUDGED,
};

export const EVENT_TEXTS: StateTexts = {
  ok: say("the CCU calls us, but our own ping did not come back yet", "die CCU ruft uns an, aber unser eigener Ping kam noch nicht zurück"),
  failing: say("do not arrive", "kommen nicht an"),
  unknown: NOT_JUDGED,
  unsupported: say("cannot be tested at this interface", "lassen sich an dieser Schnittstelle nicht prüfen"),
};
export const EVENTS_PROVED: LocalText = say(
  "arrive: our own ping came back as an event",
  "kommen an: Unser eigener Ping kam als Ereignis zurück",
);

export const RADIO_HEARD: LocalText = say("a device has reported", "ein Gerät hat sich gemeldet");
export const RADIO_NOT_HEARD: LocalText = say(
  "no device has reported in this time, which is normal in a quiet home",
  "kein Gerät hat sich in dieser Zeit gemeldet, was in einem ruhigen Zuhause normal ist",
);
export const RADIO_HIDDEN: LocalText = say(
  "cannot be judged as long as no events arrive",
  "lässt sich nicht beurteilen, solange keine Ereignisse ankommen",
);
export const RADIO_NONE: LocalText = say("this interface has none", "diese Schnittstelle hat keinen");

export const VERSION_FACT: LocalText = say("version {version}", "Version {version}");
export const DEVICES_FACT: LocalText = say("devices: {devices}", "Geräte: {devices}");
export const ROUND_TRIP_FACT: LocalText = say("round trip {ms} ms", "Umlaufzeit {ms} ms");
export const DUTY_CYCLE_FACT: LocalText = say("duty cycle {percent} %", "Duty Cycle {percent} %");

export const USAGE: LocalText = say(
  `Usage: homematic-vitals doctor --host CCU [options]

  --host CCU            name or IP address of the CCU
  --interface NAME      look at this interface only, e.g. HmIP-RF or HmIP-RF:2010; may be repeated
  --username NAME       if the CCU wants a login; the password comes from
                        --password-file or the variable HOMEMATIC_VITALS_PASSWORD
  --password-file FILE  file that holds the password
  --tls                 encrypted connection
  --no-verify-tls       accept the self-signed certificate of a CCU
  --callback-host HOST  address of this machine as the CCU sees it, if the one found is wrong
  --port-callback PORT  port on which the CCU calls us; 8095, or any other one if that is in use
  --seconds N           look for so long at most; 60
  --language en|de      language of the report; that of the terminal
  --json                print the report as JSON
  --version             print the version
  --help                print this text

Exit code: 0 all well, 1 needs a look, 2 does not work, 3 wrong usage, 4 unexpected failure, 130 interrupted.
`,
  `Aufruf: homematic-vitals doctor --host CCU [Optionen]

  --host CCU            Name oder IP-Adresse der CCU
  --interface NAME      nur diese Schnittstelle, z. B. HmIP-RF oder HmIP-RF:2010; auch mehrfach
  --username NAME       wenn die CCU eine Anmeldung verlangt; das Passwort kommt aus
                        --password-file oder der Variablen HOMEMATIC_VITALS_PASSWORD
  --password-file FILE  Datei, die das Passwort enthält
  --tls                 verschlüsselte Verbindung
  --no-verify-tls       das selbst signierte Zertifikat einer CCU annehmen
  --callback-host HOST  Adresse dieses Geräts aus Sicht der CCU, falls die gefundene falsch ist
  --port-callback PORT  Port, unter dem die CCU uns anruft; 8095 oder, wenn belegt, ein anderer
  --seconds N           so lange höchstens; 60
  --language en|de      Sprache des Berichts; die des Terminals
  --json                Bericht als JSON
  --version             die Version zeigen
  --help                diesen Text zeigen

Exit-Code: 0 alles in Ordnung, 1 braucht Aufmerksamkeit, 2 funktioniert nicht, 3 falscher Aufruf, 4 unerwarteter Fehler,
130 abgebrochen.
`,
);
