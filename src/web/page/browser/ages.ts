import { formatAge } from "../format.ts";
import { Stopwatch } from "./stopwatch.ts";

/** Counts on, between two messages, what the page says about times. */
export class Ages {
  readonly #shown = new Stopwatch();

  restart(): void {
    this.#shown.restart();
  }

  count(): void {
    const elapsed = this.#shown.elapsedMs / 1_000;
    for (const element of document.querySelectorAll<HTMLElement>("[data-age], [data-left]")) {
      const { age, left, seconds } = element.dataset;
      const text = formatAge(left === undefined ? Number(age) + elapsed : Number(left) - elapsed, seconds !== undefined);
      if (element.textContent !== text) element.textContent = text;
    }
  }
}
