const MIN_SECRET_LENGTH = 3;
const MASK = "***";

/** Knows every secret of the running program and takes them out of any text before it leaves the process. */
export class Secrets {
  #known: readonly string[] = [];

  /** Shorter words are not masked: they would tear ordinary text apart without protecting anything. */
  add(secret: string | undefined): void {
    if (secret === undefined || secret.length < MIN_SECRET_LENGTH) return;
    const forms = [secret, encodeURIComponent(secret), Buffer.from(secret).toString("base64")];
    this.#known = [...new Set([...this.#known, ...forms])].sort((a, b) => b.length - a.length);
  }

  redact(text: string): string {
    let clean = text;
    for (const secret of this.#known) clean = clean.replaceAll(secret, MASK);
    return clean;
  }
}
