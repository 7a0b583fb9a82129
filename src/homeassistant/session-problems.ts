import { type ErrorCode, errorMessage, HomematicError } from "../base/errors.ts";
import { fill, type LocalText } from "../base/local-text.ts";

type SessionProblemName =
  | "unreachable"
  | "starting"
  | "tokenRejected"
  | "noAnswer"
  | "closedAtLogin"
  | "unanswered"
  | "closedByPeer"
  | "closedByUs"
  | "unreadable"
  | "refused"
  | "misunderstood";

/** What hinders or ends the connection with Home Assistant, and what to do about it. */
const PROBLEMS: Readonly<Record<SessionProblemName, { readonly code: ErrorCode; readonly message: LocalText }>> = {
  unreachable: {
    code: "HOME_ASSISTANT_UNREACHABLE",
    message: {
      en: "Home Assistant cannot be reached at {host} ({reason}). Check that it runs and that the address is right",
      de: "Home Assistant ist unter {host} nicht erreichbar ({reason}). Prüfen Sie, ob es läuft und ob die Adresse stimmt",
    },
  },
  starting: {
    code: "HOME_ASSISTANT_STARTING",
    message: {
      en: "Home Assistant is still starting. Values follow as soon as it is ready",
      de: "Home Assistant startet noch. Die Werte folgen, sobald es bereit ist",
    },
  },
  tokenRejected: {
    code: "HOME_ASSISTANT_UNAUTHORIZED",
    message: {
      en: "Home Assistant rejects the access token. As an app: restart it; elsewhere: create a new long-lived access token and enter it in the options",
      de: "Home Assistant lehnt das Zugriffstoken ab. Als App: Starten Sie sie neu; sonst: Erstellen Sie ein neues langlebiges Zugriffstoken und tragen Sie es in den Optionen ein",
    },
  },
  noAnswer: {
    code: "HOME_ASSISTANT_TIMEOUT",
    message: {
      en: "Home Assistant accepts connections but does not answer. If this lasts, restart it",
      de: "Home Assistant nimmt Verbindungen an, antwortet aber nicht. Hält das an, starten Sie es neu",
    },
  },
  closedAtLogin: {
    code: "HOME_ASSISTANT_CLOSED",
    message: {
      en: "Home Assistant closed the connection before the login was done; it is being opened again",
      de: "Home Assistant hat die Verbindung vor dem Ende der Anmeldung geschlossen; sie wird neu aufgebaut",
    },
  },
  unanswered: {
    code: "HOME_ASSISTANT_TIMEOUT",
    message: {
      en: "Home Assistant did not answer in time; the connection is being opened again",
      de: "Home Assistant hat nicht rechtzeitig geantwortet; die Verbindung wird neu aufgebaut",
    },
  },
  closedByPeer: {
    code: "HOME_ASSISTANT_CLOSED",
    message: {
      en: "Home Assistant closed the connection; it is being opened again",
      de: "Home Assistant hat die Verbindung geschlossen; sie wird neu aufgebaut",
    },
  },
  closedByUs: {
    code: "HOME_ASSISTANT_CLOSED",
    message: {
      en: "The app closed the connection to Home Assistant",
      de: "Die App hat die Verbindung zu Home Assistant geschlossen",
    },
  },
  unreadable: {
    code: "HOME_ASSISTANT_CLOSED",
    message: {
      en: "Home Assistant sent a message that cannot be read; the connection is being opened again",
      de: "Home Assistant hat eine Nachricht geschickt, die nicht zu lesen ist; die Verbindung wird neu aufgebaut",
    },
  },
  refused: {
    code: "HOME_ASSISTANT_COMMAND_FAILED",
    message: {
      en: "Home Assistant refused the command {command}: {reason}",
      de: "Home Assistant hat den Befehl {command} abgelehnt: {reason}",
    },
  },
  misunderstood: {
    code: "HOME_ASSISTANT_COMMAND_FAILED",
    message: {
      en: "Home Assistant gave an answer to {command} that cannot be understood. Update the app",
      de: "Home Assistant hat auf {command} eine Antwort gegeben, die nicht zu verstehen ist. Aktualisieren Sie die App",
    },
  },
};

const UNNAMED: LocalText = { en: "Something unforeseen went wrong: {reason}", de: "Etwas Unvorhergesehenes ging schief: {reason}" };

/** What went wrong, for the reader of the page; what nobody has foreseen is quoted as it is. */
export function problemText(error: unknown): LocalText {
  return (error instanceof HomematicError ? error.text : null) ?? fill(UNNAMED, { reason: errorMessage(error) });
}

export function sessionProblem(
  name: SessionProblemName,
  {
    values = {},
    cause,
    context = {},
  }: {
    /** For the places in the text. */
    values?: Readonly<Record<string, string | LocalText>>;
    cause?: unknown;
    context?: HomematicError["context"];
  } = {},
): HomematicError {
  const { code, message } = PROBLEMS[name];
  return new HomematicError({ code, message: fill(message, values), cause, context });
}
