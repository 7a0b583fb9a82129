import uPlot from "uplot";
import type { History } from "./history.ts";

const HEIGHT_PX = 112;
const LEAST_POINTS = 2;
/** Seconds between two times on the axis: whole minutes, since no less is written there. */
const TIME_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 180, 240, 360].map((minutes) => minutes * 60);

/** The lines of each kind of chart: the column of the history and the colour's name in the style. */
const LINES: Readonly<Record<string, readonly (readonly [column: number, colour: string])[]>> = {
  latency: [
    [1, "--line-1"],
    [2, "--line-2"],
  ],
  rate: [[3, "--line-3"]],
};

/** Draws every `[data-chart]` that is on the page, and lets go of those that left it. */
export class Charts {
  readonly #history: History;
  readonly #charts = new Map<HTMLElement, { readonly key: string; readonly plot: uPlot }>();
  readonly #sizes = new ResizeObserver((entries) => {
    for (const { target, contentRect } of entries) {
      if (target instanceof HTMLElement) this.#charts.get(target)?.plot.setSize({ width: contentRect.width, height: HEIGHT_PX });
    }
  });

  constructor(history: History) {
    this.#history = history;
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
      for (const element of this.#charts.keys()) this.#remove(element);
      this.draw();
    });
  }

  draw(): void {
    for (const [element, { key }] of this.#charts) {
      if (!element.isConnected || keyOf(element) !== key) this.#remove(element);
    }
    if (this.#history.size < LEAST_POINTS) return;
    for (const element of document.querySelectorAll<HTMLElement>("[data-chart]")) this.#drawOne(element);
  }

  #drawOne(element: HTMLElement): void {
    const lines = LINES[element.dataset["chart"] ?? ""] ?? [];
    const columns = this.#history.columns(element.dataset["series"] ?? "");
    const data: uPlot.AlignedData = [[...(columns[0] ?? [])].map(Number), ...lines.map(([column]) => [...(columns[column] ?? [])])];
    const known = this.#charts.get(element);
    if (known !== undefined) {
      known.plot.setData(data);
      return;
    }
    element.replaceChildren();
    const plot = new uPlot(
      optionsFor(
        element,
        lines.map(([, colour]) => colour),
      ),
      data,
      element,
    );
    this.#charts.set(element, { key: keyOf(element), plot });
    this.#sizes.observe(element);
  }

  #remove(element: HTMLElement): void {
    this.#sizes.unobserve(element);
    this.#charts.get(element)?.plot.destroy();
    this.#charts.delete(element);
  }
}

function keyOf({ dataset }: HTMLElement): string {
  return `${dataset["chart"]} ${dataset["series"]}`;
}

function optionsFor(element: HTMLElement, colours: readonly string[]): uPlot.Options {
  const style = getComputedStyle(element);
  const colour = (name: string): string => style.getPropertyValue(name);
  const { lang } = document.documentElement;
  const time = new Intl.DateTimeFormat(navigator.language, { hour: "2-digit", minute: "2-digit" });
  const number = new Intl.NumberFormat(lang, { maximumFractionDigits: 1 });
  const axis: uPlot.Axis = {
    stroke: colour("--quiet"),
    font: `11px ${style.fontFamily}`,
    grid: { stroke: colour("--line"), width: 1 },
    ticks: { show: false },
  };
  return {
    width: element.clientWidth,
    height: HEIGHT_PX,
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 6 } },
    padding: [8, 16, 0, 0],
    scales: { y: { range: (_plot, _least, most) => [0, Math.max(1, (most ?? 0) * 1.15)] } },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: 24,
        space: 70,
        incrs: TIME_STEPS,
        values: (_plot, splits) => splits.map((at) => time.format(at * 1_000)),
      },
      { ...axis, size: 44, space: 28, values: (_plot, splits) => splits.map((value) => number.format(value)) },
    ],
    series: [{}, ...colours.map((name) => ({ stroke: colour(name), width: 1.75, points: { show: false } }))],
    hooks: { setCursor: [(plot) => tell(element, plot, { time, number })] },
  };
}

/** What the pointer is at, beside the name of the chart. */
function tell(
  element: HTMLElement,
  { cursor, data }: uPlot,
  { time, number }: { time: Intl.DateTimeFormat; number: Intl.NumberFormat },
): void {
  const readout = element.parentElement?.querySelector(".readout");
  if (readout === null || readout === undefined) return;
  const index = cursor.idx;
  const at = typeof index === "number" ? data[0][index] : undefined;
  if (typeof index !== "number" || at === undefined) {
    readout.textContent = "";
    return;
  }
  const values = data.slice(1).map((column) => column[index]);
  const shown = values.map((value) => (typeof value === "number" ? number.format(value) : "–"));
  readout.textContent = `${time.format(at * 1_000)} · ${shown.join(" / ")}`;
}
