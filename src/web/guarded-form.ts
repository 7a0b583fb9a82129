import { randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { readBody } from "./read-body.ts";
import { plainText, respond } from "./respond.ts";

/** Does what the fields ask for, or says what is wrong with them; null: it is done. */
export type FormAct = (fields: URLSearchParams) => string | null | Promise<string | null>;

/**
 * A thing that the page can ask for. Pages of other origins can send a form here but cannot read ours, so they do not know the
 * token in it; headers alone would not do, since proxies rewrite the host and browsers leave out the origin.
 */
export class GuardedForm {
  /** Under which the form is sent; relative to the page. */
  readonly action: string;
  readonly token: string = randomBytes(16).toString("base64url");
  readonly #act: FormAct;

  constructor({ action, act }: { action: string; act: FormAct }) {
    this.action = action;
    this.#act = act;
  }

  /** Answers with the way back to the page. */
  async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const fields = new URLSearchParams((await readBody(request)) ?? "");
    if (!this.#isOurs(fields.get("token") ?? "")) {
      respond(
        response,
        plainText(
          403,
          "Nothing was done, because this did not come from the present page. Go back, load the page anew and try again.\nEs wurde nichts getan, weil das nicht von der aktuellen Seite kam. Gehen Sie zurück, laden Sie die Seite neu und versuchen Sie es noch einmal.",
          { connection: "close" },
        ),
      );
      return;
    }
    const problem = await this.#act(fields);
    // Relative: only the browser knows the path under which Home Assistant shows the page.
    respond(response, problem === null ? { ...plainText(303, "See the page."), headers: { location: "./" } } : plainText(400, problem));
  }

  #isOurs(token: string): boolean {
    const [given, own] = [Buffer.from(token), Buffer.from(this.token)];
    return given.length === own.length && timingSafeEqual(given, own);
  }
}
