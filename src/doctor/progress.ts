import { fill, type LocalText } from "../base/local-text.ts";
import type { CentralUnit } from "../central/central-unit.ts";
import type { InterfaceLink } from "../central/interface-link.ts";
import type { InterfaceName } from "../config.ts";
import { causeMessage } from "../diagnosis/causes.ts";
import type { ActiveCause } from "../diagnosis/diagnosis.ts";
import { isComplete } from "./findings.ts";
import { FOUND_ALL, PROGRESS, RETRYING, SEARCHING } from "./texts.ts";

/** Says what is waited for, once each time it changes, and remembers what was in the way. */
export class Progress {
  readonly #say: (text: LocalText) => void;
  readonly #told = new Map<string, string>();
  readonly #causes = new Map<InterfaceName, ActiveCause>();

  constructor(say: (text: LocalText) => void) {
    this.#say = say;
  }

  look({ host, links, readings: { cause } }: CentralUnit): void {
    if (links.length === 0) this.#tell(host, cause === null ? SEARCHING : retrying(cause));
    for (const link of links) {
      const cause = causeOf(link);
      if (cause !== null) this.#causes.set(link.name, cause);
      this.#tell(link.name, cause === null ? waitingFor(link) : retrying(cause));
    }
  }

  /** What was wrong last; `null` when nothing was so far. */
  lastCause(name: InterfaceName): ActiveCause | null {
    return this.#causes.get(name) ?? null;
  }

  #tell(who: string, text: LocalText): void {
    if (this.#told.get(who) === text.en) return;
    this.#told.set(who, text.en);
    this.#say(fill({ en: "{who}: {text}", de: "{who}: {text}" }, { who, text }));
  }
}

function waitingFor(link: InterfaceLink): LocalText {
  return isComplete(link) ? FOUND_ALL : PROGRESS[link.progress.step];
}

/** What keeps it from being connected. */
function causeOf({ diagnosis }: InterfaceLink): ActiveCause | null {
  const { connected, causes } = diagnosis.current;
  return connected === true ? null : (causes[0] ?? null);
}

function retrying({ code, facts }: ActiveCause): LocalText {
  return fill(RETRYING, { cause: causeMessage(code, facts) });
}
