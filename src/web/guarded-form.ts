import { randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { plainText, respond } from "./respond.ts";

const MAX_BODY_BYTES = 1_024;

/**
 * A thing that the page can ask for. Pages of other origins can send a form here but cannot read ours, so they do not know the
 * token in it; headers alone would not do, since proxies rewrite the host and browsers leave out the origin.
 */
export class GuardedForm {
  /** Under which the form is sent; relative to the page. */
  readonly action: string;
  readonly token: string = randomBytes(16).toString("base64url");
  readonly #act: () => void | Promise<void>;

  constructor({ action, act }: { action: string; act: () => void | Promise<void> }) {
    this.action = action;
    this.#act = act;
  }

  /** Answers with the way back to the page. */
  async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const site = request.headers["sec-fetch-site"];
    const body = site === undefined || site === "same-origin" ? await readBody(request) : null;
    if (body === null || !this.#isOurs(new URLSearchParams(body).get("token") ?? "")) {
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
    await this.#act();
    // Relative: only the browser knows the path under which Home Assistant shows the page.
    respond(response, { ...plainText(303, "See the page."), headers: { location: "./" } });
  }

  #isOurs(token: string): boolean {
    const [given, own] = [Buffer.from(token), Buffer.from(this.token)];
    return given.length === own.length && timingSafeEqual(given, own);
  }
}

/** Null when it is larger than any form of ours or breaks off. */
async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request) {
      const bytes = Buffer.from(chunk);
      size += bytes.length;
      if (size > MAX_BODY_BYTES) return null;
      chunks.push(bytes);
    }
  } catch {
    return null;
  }
  return Buffer.concat(chunks).toString("utf8");
}
