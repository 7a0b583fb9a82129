import { formatAge } from "../format.ts";

/** Counts on, between two messages, what the page says about times. */
export class Ages {
  #shownAtMs = performance.now();

  restart(): void {
    this.#shownAtMs = performance.now();
  }

  count(): void {
    const elapsed = (performance.now() - this.#shownAtMs) / 1_000;
    for (const element of document.querySelectorAll<HTMLElement>("[data-age], [data-left]")) {
      const { age, left, seconds } = element.dataset;
      const text = formatAge(left === undefined ? Number(age) + elapsed : Number(left) - elapsed, seconds !== undefined);
      if (element.textContent !== text) element.textContent = text;
    }
  }
}
