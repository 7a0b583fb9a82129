import type { LocalText } from "../base/local-text.ts";
import type { CauseCode } from "../diagnosis/cause-codes.ts";
import { CAUSES } from "../diagnosis/causes.ts";

const say = (en: string, de: string): LocalText => ({ en, de });

/** Where the remedy of the program names settings, a log or another attempt, none of which a single look has. */
const OWN: Readonly<Partial<Record<CauseCode, LocalText>>> = {
  dns_failed: say(
    "Check the name after --host, or give the IP address of the CCU instead.",
    "Prüfen Sie den Namen hinter --host oder geben Sie stattdessen die IP-Adresse der CCU an.",
  ),
  connection_refused: say(
    "Check the address after --host and the port after --interface, if one was given; if they are right, wait until the CCU has started, or restart it.",
    "Prüfen Sie die Adresse hinter --host und, falls angegeben, den Port hinter --interface; stimmen sie, warten Sie, bis die CCU gestartet ist, oder starten Sie sie neu.",
  ),
  tls_failed: say(
    "Add --no-verify-tls for the self-signed certificate of a CCU; if it is there already, leave out --tls.",
    "Ergänzen Sie --no-verify-tls für das selbst signierte Zertifikat einer CCU; steht es schon da, lassen Sie --tls weg.",
  ),
  credentials_rejected: say(
    "Give --username, and the password in --password-file or in the variable HOMEMATIC_VITALS_PASSWORD; if both are right, wait: the CCU takes up to 10 minutes to notice a changed password.",
    "Geben Sie --username an und das Passwort in --password-file oder der Variablen HOMEMATIC_VITALS_PASSWORD; stimmt beides, warten Sie: Die CCU bemerkt ein geändertes Passwort erst nach bis zu 10 Minuten.",
  ),
  not_xml_rpc: say(
    "Check the address after --host and the port after --interface, if one was given: it may be the one of a web page.",
    "Prüfen Sie die Adresse hinter --host und, falls angegeben, den Port hinter --interface: Er gehört vielleicht zu einer Webseite.",
  ),
  http_error: say(
    "Check the address after --host and the port after --interface, if one was given: something else than a CCU may answer there.",
    "Prüfen Sie die Adresse hinter --host und, falls angegeben, den Port hinter --interface: Vielleicht antwortet dort etwas anderes als eine CCU.",
  ),
  connection_lost: say(
    "If the CCU takes encrypted connections only, add --tls; otherwise try again, and check network cable and Wi-Fi if it stays like this.",
    "Nimmt die CCU nur verschlüsselte Verbindungen an, ergänzen Sie --tls; sonst versuchen Sie es erneut und prüfen Netzwerkkabel und WLAN, wenn es so bleibt.",
  ),
  interface_not_installed: say(
    "Leave out this --interface, or set it up on the CCU.",
    "Lassen Sie dieses --interface weg oder richten Sie die Schnittstelle auf der CCU ein.",
  ),
  callback_address_unknown: say(
    "Give the IP address of this machine, as the CCU sees it, after --callback-host.",
    "Geben Sie die IP-Adresse dieses Geräts aus Sicht der CCU hinter --callback-host an.",
  ),
  callback_unreachable: say(
    "Open this port in the firewall of this machine (--port-callback sets another), or give an address of this machine that the CCU reaches after --callback-host.",
    "Geben Sie diesen Port in der Firewall dieses Geräts frei (--port-callback setzt einen anderen) oder geben Sie hinter --callback-host eine Adresse dieses Geräts an, die die CCU erreicht.",
  ),
  dropped_by_ccu: say(
    "Try again; if it stays like this, restart the CCU.",
    "Versuchen Sie es erneut; bleibt es so, starten Sie die CCU neu.",
  ),
  pong_late: say(
    "Try again; if it stays like this, check the load of the CCU and of this machine, and restart the CCU.",
    "Versuchen Sie es erneut; bleibt es so, prüfen Sie die Auslastung der CCU und dieses Geräts und starten Sie die CCU neu.",
  ),
  other: say("Try again; if it stays like this, restart the CCU.", "Versuchen Sie es erneut; bleibt es so, starten Sie die CCU neu."),
};

/** What to do about a cause, in the words of the command line. */
export function remedyOf(code: CauseCode): LocalText {
  return OWN[code] ?? CAUSES[code].remedy;
}
