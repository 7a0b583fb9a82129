import { randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Language } from "./page/texts.ts";
import { readBody } from "./read-body.ts";
import { REFUSALS, type Refusal, refuse } from "./refusals.ts";
import { plainText, respond } from "./respond.ts";

/** Does what the fields ask for, or says why not; null: it is done. */
export type FormAct = (fields: URLSearchParams) => Refusal | null | Promise<Refusal | null>;

/**
 * A thing that the page can ask for. Pages of other origins can send a form here but cannot read ours, so they do not know the
 * token in it; headers alone would not do, since proxies rewrite the host and browsers leave out the origin.
 */
export class GuardedForm {
  /** Under which the form is sent; relative to the page. */
  readonly action: string;
  readonly token: string = randomBytes(16).toString("base64url");
  readonly #act: FormAct;
  readonly #result: string;

  constructor({
    action,
    act,
    result = "",
  }: { action: string; act: FormAct /** Where on the page its outcome is seen. */; result?: string }) {
    this.action = action;
    this.#act = act;
    this.#result = result;
  }

  /** Answers with the way back to the page. */
  async take(request: IncomingMessage, response: ServerResponse, language: Language): Promise<void> {
    const fields = new URLSearchParams((await readBody(request)) ?? "");
    const refusal = this.#isOurs(fields.get("token") ?? "") ? await this.#act(fields) : REFUSALS.notFromOurPage;
    if (refusal !== null) {
      refuse(response, refusal, language);
      return;
    }
    // Relative: only the browser knows the path under which Home Assistant shows the page.
    respond(response, { ...plainText(303, "See the page."), headers: { location: `./${this.#result}` } });
  }

  #isOurs(token: string): boolean {
    const [given, own] = [Buffer.from(token), Buffer.from(this.token)];
    return given.length === own.length && timingSafeEqual(given, own);
  }
}
