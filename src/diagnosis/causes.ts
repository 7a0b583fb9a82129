import { fill, type LocalText } from "../base/local-text.ts";
import type { CauseCode } from "./cause-codes.ts";

/**
 * - `critical`: calls are not answered or events do not arrive.
 * - `degraded`: everything is connected, but something needs a look.
 * - `notice`: good to know; nothing is broken.
 */
export type Severity = "critical" | "degraded" | "notice";

export interface CauseDescription {
  readonly severity: Severity;
  /** What is wrong, in one sentence; may hold `{url}`, `{gateways}` or `{problem}`. */
  readonly text: LocalText;
  /** What to do, in one sentence. */
  readonly remedy: LocalText;
}

/** The words for each cause; `docs/causes.md` adds how each is recognised. */
export const CAUSES: Readonly<Record<CauseCode, CauseDescription>> = {
  dns_failed: {
    severity: "critical",
    text: { en: "The name of the CCU cannot be resolved.", de: "Der Name der CCU lässt sich nicht auflösen." },
    remedy: {
      en: "Check the name in the options, or enter the IP address of the CCU instead.",
      de: "Prüfen Sie den Namen in den Optionen oder tragen Sie stattdessen die IP-Adresse der CCU ein.",
    },
  },
  no_route: {
    severity: "critical",
    text: { en: "There is no network path to the CCU.", de: "Es gibt keinen Weg durchs Netzwerk zur CCU." },
    remedy: {
      en: "Check that the CCU is switched on, its network cable, and that it is in the same network as this machine.",
      de: "Prüfen Sie, ob die CCU eingeschaltet ist, ihr Netzwerkkabel und ob sie im selben Netz wie dieses Gerät ist.",
    },
  },
  firewall_rejected: {
    severity: "critical",
    text: { en: "The firewall of the CCU rejects this machine.", de: "Die Firewall der CCU weist dieses Gerät ab." },
    remedy: {
      en: "On the CCU, allow this machine under Settings, Control panel, Configure firewall.",
      de: "Erlauben Sie dieses Gerät auf der CCU unter Einstellungen, Systemsteuerung, Firewall konfigurieren.",
    },
  },
  connection_refused: {
    severity: "critical",
    text: { en: "The CCU refuses the connection.", de: "Die CCU lehnt die Verbindung ab." },
    remedy: {
      en: "Check the address in the options; if it is right, wait until the CCU has started, or restart it.",
      de: "Prüfen Sie die Adresse in den Optionen; stimmt sie, warten Sie, bis die CCU gestartet ist, oder starten Sie sie neu.",
    },
  },
  tls_failed: {
    severity: "critical",
    text: { en: "The encrypted connection to the CCU fails.", de: "Die verschlüsselte Verbindung zur CCU kommt nicht zustande." },
    remedy: {
      en: "In the options, switch off Check the certificate (verify_tls) if the CCU has a self-signed one, or Encrypted (tls).",
      de: "Schalten Sie in den Optionen Zertifikat prüfen (verify_tls) aus, wenn die CCU ein selbst signiertes hat, oder Verschlüsselt (tls).",
    },
  },
  credentials_rejected: {
    severity: "critical",
    text: { en: "The CCU rejects the user name or the password.", de: "Die CCU lehnt den Benutzernamen oder das Passwort ab." },
    remedy: {
      en: "Correct user name and password in the options; the CCU takes up to 10 minutes to notice a changed password.",
      de: "Berichtigen Sie Benutzername und Passwort in den Optionen; die CCU bemerkt ein geändertes Passwort erst nach bis zu 10 Minuten.",
    },
  },
  ccu_booting: {
    severity: "critical",
    text: { en: "The CCU is still starting.", de: "Die CCU startet noch." },
    remedy: { en: "Wait; a start takes up to 10 minutes.", de: "Warten Sie; ein Start dauert bis zu 10 Minuten." },
  },
  process_down: {
    severity: "critical",
    text: {
      en: "The CCU is reachable, but the process behind it does not run.",
      de: "Die CCU ist erreichbar, aber der Dienst dahinter läuft nicht.",
    },
    remedy: { en: "Restart the CCU.", de: "Starten Sie die CCU neu." },
  },
  not_xml_rpc: {
    severity: "critical",
    text: {
      en: "Something answers at this address, but it does not speak the language of a CCU.",
      de: "Unter dieser Adresse antwortet etwas, das nicht die Sprache einer CCU spricht.",
    },
    remedy: {
      en: "Check address and port in the options: the port may be the one of a web page.",
      de: "Prüfen Sie Adresse und Port in den Optionen: Der Port gehört vielleicht zu einer Webseite.",
    },
  },
  http_error: {
    severity: "critical",
    text: { en: "The CCU answers with an unexpected error.", de: "Die CCU antwortet mit einem unerwarteten Fehler." },
    remedy: {
      en: "Check address and port in the options: something else than a CCU may answer there.",
      de: "Prüfen Sie Adresse und Port in den Optionen: Vielleicht antwortet dort etwas anderes als eine CCU.",
    },
  },
  timeout: {
    severity: "critical",
    text: { en: "The CCU does not answer in time.", de: "Die CCU antwortet nicht rechtzeitig." },
    remedy: {
      en: "Check that the CCU is switched on and connected; if it is, restart it.",
      de: "Prüfen Sie, ob die CCU eingeschaltet und verbunden ist; wenn ja, starten Sie sie neu.",
    },
  },
  connection_lost: {
    severity: "critical",
    text: { en: "The connection to the CCU broke.", de: "Die Verbindung zur CCU ist abgebrochen." },
    remedy: {
      en: "Nothing, if it happens once: it is set up again by itself; if it happens often, check network cable and Wi-Fi.",
      de: "Nichts, wenn es einmal vorkommt: Sie wird von selbst wieder aufgebaut; kommt es oft vor, prüfen Sie Netzwerkkabel und WLAN.",
    },
  },
  interface_not_installed: {
    severity: "critical",
    text: {
      en: "The CCU does not have this interface: it never answered, while others of the same CCU do.",
      de: "Die CCU hat diese Schnittstelle nicht: Sie hat nie geantwortet, andere derselben CCU dagegen schon.",
    },
    remedy: {
      en: "Remove the interface from the options, or set it up on the CCU.",
      de: "Entfernen Sie die Schnittstelle aus den Optionen oder richten Sie sie auf der CCU ein.",
    },
  },
  init_rejected: {
    severity: "critical",
    text: {
      en: "The CCU answers, but refuses to send events to this machine.",
      de: "Die CCU antwortet, weigert sich aber, Ereignisse an dieses Gerät zu senden.",
    },
    remedy: { en: "Restart the CCU.", de: "Starten Sie die CCU neu." },
  },
  callback_address_unknown: {
    severity: "critical",
    text: {
      en: "No usable address was found under which the CCU can reach this machine{problem}.",
      de: "Es wurde keine brauchbare Adresse gefunden, unter der die CCU dieses Gerät erreichen kann{problem}.",
    },
    remedy: {
      en: "In the options, under Callback, enter the IP address of this machine (callback.host).",
      de: "Tragen Sie in den Optionen unter Rückruf die IP-Adresse dieses Rechners ein (callback.host).",
    },
  },
  callback_unreachable: {
    severity: "critical",
    text: {
      en: "The CCU cannot reach this machine at {url} to report events.",
      de: "Die CCU erreicht dieses Gerät unter {url} nicht, um Ereignisse zu melden.",
    },
    remedy: {
      en: "In the options, under Callback, enter an address of this machine that the CCU reaches (callback.host), and open the callback port in firewalls.",
      de: "Tragen Sie in den Optionen unter Rückruf eine Adresse dieses Rechners ein, die die CCU erreicht (callback.host), und geben Sie den Port in Firewalls frei.",
    },
  },
  dropped_by_ccu: {
    severity: "critical",
    text: {
      en: "The CCU answers, but has stopped sending events to this machine.",
      de: "Die CCU antwortet, sendet aber keine Ereignisse mehr an dieses Gerät.",
    },
    remedy: {
      en: "Nothing at first: the registration is renewed by itself; if it stays like this, restart the CCU.",
      de: "Zunächst nichts: Die Anmeldung wird von selbst erneuert; bleibt es so, starten Sie die CCU neu.",
    },
  },
  id_conflict: {
    severity: "degraded",
    text: {
      en: "A second Homematic Vitals watches this CCU under the same identity.",
      de: "Ein zweites Homematic Vitals überwacht diese CCU unter derselben Kennung.",
    },
    remedy: {
      en: "Stop one of the two, or delete the data of the one that was made as a copy.",
      de: "Beenden Sie eines der beiden oder löschen Sie die Daten desjenigen, das als Kopie entstanden ist.",
    },
  },
  pong_late: {
    severity: "degraded",
    text: {
      en: "Test events that the CCU is asked for take longer than 10 s or do not come at all.",
      de: "Testmeldungen, um die die CCU gebeten wird, brauchen länger als 10 s oder kommen gar nicht.",
    },
    remedy: {
      en: "Nothing, if it passes; if it stays like this, check the load of the CCU and of this machine, and restart the CCU.",
      de: "Nichts, wenn es vorübergeht; bleibt es so, prüfen Sie die Auslastung der CCU und dieses Geräts und starten Sie die CCU neu.",
    },
  },
  gateway_disconnected: {
    severity: "degraded",
    text: {
      en: "The CCU has lost the connection to a radio module or gateway: {gateways}.",
      de: "Die CCU hat die Verbindung zu einem Funkmodul oder Gateway verloren: {gateways}.",
    },
    remedy: {
      en: "Check power and network of the gateway; for the CCU's own radio module, restart the CCU.",
      de: "Prüfen Sie Strom und Netzwerk des Gateways; beim eigenen Funkmodul der CCU starten Sie die CCU neu.",
    },
  },
  radio_silent: {
    severity: "degraded",
    text: {
      en: "No device, or only a single one, has reported for much longer than usual, although the CCU itself answers.",
      de: "Seit ungewöhnlich langer Zeit hat sich kein oder nur ein einziges Gerät gemeldet, obwohl die CCU selbst antwortet.",
    },
    remedy: {
      en: "Operate two different devices; if nothing arrives, restart the CCU and check its radio module.",
      de: "Betätigen Sie zwei verschiedene Geräte; kommt nichts an, starten Sie die CCU neu und prüfen Sie ihr Funkmodul.",
    },
  },
  duty_cycle_high: {
    severity: "degraded",
    text: {
      en: "A radio module has used up most of the sending time it is allowed; at 100 % commands no longer reach the devices.",
      de: "Ein Funkmodul hat den größten Teil seiner erlaubten Sendezeit verbraucht; bei 100 % erreichen Befehle die Geräte nicht mehr.",
    },
    remedy: {
      en: "Wait up to an hour, and send fewer commands: look for automations that switch or set devices too often.",
      de: "Warten Sie bis zu einer Stunde und senden Sie weniger Befehle: Suchen Sie nach Automatisierungen, die Geräte zu oft schalten.",
    },
  },
  carrier_sense_high: {
    severity: "degraded",
    text: {
      en: "A radio module finds its radio channel occupied most of the time.",
      de: "Ein Funkmodul findet seinen Funkkanal meistens belegt vor.",
    },
    remedy: {
      en: "Look for a source of interference at 868 MHz near the radio module, and move one of the two away.",
      de: "Suchen Sie in der Nähe des Funkmoduls nach einer Störquelle bei 868 MHz und vergrößern Sie den Abstand.",
    },
  },
  ping_unsupported: {
    severity: "notice",
    text: {
      en: "The CCU sends no test events, so lost events are noticed later.",
      de: "Die CCU sendet keine Testmeldungen, daher fallen verlorene Ereignisse erst später auf.",
    },
    remedy: {
      en: "Update the software of the CCU if there is a newer one.",
      de: "Aktualisieren Sie die Software der CCU, falls es eine neuere gibt.",
    },
  },
  other: {
    severity: "critical",
    text: {
      en: "The connection does not work, for an unusual reason.",
      de: "Die Verbindung funktioniert aus einem ungewöhnlichen Grund nicht.",
    },
    remedy: {
      en: "Look into the log for the reason, and restart the CCU if it stays like this.",
      de: "Suchen Sie im Protokoll nach dem Grund und starten Sie die CCU neu, wenn es so bleibt.",
    },
  },
};

/** What stands for the placeholders of a text. */
export type CauseFacts = Readonly<Partial<Record<"url" | "gateways", string> & Record<"problem", LocalText>>>;

/** What the record of incidents does not keep. */
const UNRECORDED: Readonly<Record<"url" | "gateways", LocalText>> = {
  url: { en: "the address that it was given", de: "der Adresse, die ihr genannt wurde," },
  gateways: { en: "which one is not on record", de: "welches, ist nicht verzeichnet" },
};

/** What is wrong, with what is known put in. */
export function causeMessage(code: CauseCode, facts: CauseFacts = {}): LocalText {
  return fill(CAUSES[code].text, { ...UNRECORDED, ...facts });
}
