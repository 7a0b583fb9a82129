import type { ServerResponse } from "node:http";
import type { Language, LocalText } from "../base/local-text.ts";
import { plainText, respond } from "./respond.ts";

/** Why something is not done, and what to do instead, for whoever sees it in a browser. */
export interface Refusal {
  readonly status: number;
  readonly text: LocalText;
}

type RefusalName =
  | "notFromHomeAssistant"
  | "notFromOurPage"
  | "tooOften"
  | "noHost"
  | "foreignHost"
  | "nothingHere"
  | "onlyForButtons"
  | "onlyForReading"
  | "tooManyPages"
  | "notShown"
  | "expectation";

export const REFUSALS: Readonly<Record<RefusalName, Refusal>> = {
  notFromHomeAssistant: {
    status: 403,
    text: {
      en: "This page is opened from within Home Assistant. Choose Open web UI on the page of the app there.",
      de: "Diese Seite wird aus Home Assistant heraus geöffnet. Wählen Sie dort auf der Seite der App Benutzeroberfläche öffnen.",
    },
  },
  notFromOurPage: {
    status: 403,
    text: {
      en: "Nothing was done, because this did not come from the present page. Go back, load the page anew and try again.",
      de: "Es wurde nichts getan, weil das nicht von der aktuellen Seite kam. Gehen Sie zurück, laden Sie die Seite neu und versuchen Sie es noch einmal.",
    },
  },
  tooOften: {
    status: 429,
    text: {
      en: "Nothing was done, because this was asked for many times in a row. Go back and try again in a few minutes.",
      de: "Es wurde nichts getan, weil das viele Male hintereinander verlangt wurde. Gehen Sie zurück und versuchen Sie es in einigen Minuten noch einmal.",
    },
  },
  noHost: {
    status: 400,
    text: {
      en: "The request does not say which host it is for. Open this page in a browser, by the IP address of its machine.",
      de: "Die Anfrage nennt nicht, an welchen Host sie geht. Öffnen Sie diese Seite in einem Browser, unter der IP-Adresse ihres Geräts.",
    },
  },
  foreignHost: {
    status: 421,
    text: {
      en: "This page is opened by the IP address of its machine or by a name that only your network knows, such as localhost or nas.local; a proxy in front has to pass on one of these as the host.",
      de: "Diese Seite wird unter der IP-Adresse ihres Geräts geöffnet oder unter einem Namen, den nur Ihr Netz kennt, etwa localhost oder nas.local; ein Proxy davor muss einen davon als Host weitergeben.",
    },
  },
  nothingHere: {
    status: 404,
    text: {
      en: "There is nothing here. Take the last part off the address to get to the page, or open it anew.",
      de: "Hier ist nichts. Lassen Sie den letzten Teil der Adresse weg, um zur Seite zu kommen, oder öffnen Sie sie neu.",
    },
  },
  onlyForButtons: {
    status: 405,
    text: {
      en: "This address only takes what is sent to it (POST), as a button of the page does. Go back to the page and press the button there.",
      de: "Diese Adresse nimmt nur an, was man ihr sendet (POST), wie ein Knopf der Seite es tut. Gehen Sie zurück zur Seite und drücken Sie dort den Knopf.",
    },
  },
  onlyForReading: {
    status: 405,
    text: {
      en: "This address can only be read (GET). Open it in a browser without sending anything.",
      de: "Diese Adresse kann man nur lesen (GET). Öffnen Sie sie in einem Browser, ohne etwas zu senden.",
    },
  },
  tooManyPages: {
    status: 503,
    text: {
      en: "Too many pages are open. Close some of them; this one goes on by itself.",
      de: "Es sind zu viele Seiten geöffnet. Schließen Sie einige; diese macht von selbst weiter.",
    },
  },
  notShown: {
    status: 500,
    text: {
      en: "The state cannot be shown. Load the page anew in a minute; if it happens again, the log of the app says why.",
      de: "Der Zustand lässt sich nicht anzeigen. Laden Sie die Seite in einer Minute neu; wiederholt es sich, steht der Grund im Protokoll der App.",
    },
  },
  expectation: {
    status: 417,
    text: {
      en: "Nothing but 100-continue is expected of this server. Leave out the header Expect.",
      de: "Von diesem Server wird nichts als 100-continue erwartet. Lassen Sie den Header Expect weg.",
    },
  },
};

/** The connection is not kept because a body may follow that nobody reads. */
export function refuse(
  response: ServerResponse,
  { status, text }: Refusal,
  language: Language,
  headers: Readonly<Record<string, string>> = {},
): void {
  const all = { ...headers, "content-language": language, vary: "accept-language", connection: "close" };
  respond(response, plainText(status, text[language], all));
}
