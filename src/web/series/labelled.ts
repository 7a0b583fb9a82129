import { type Labels, NO_LABELS } from "../exposition.ts";
import type { CcuFigures, InterfaceFigures } from "../figures.ts";

/** A thing with the labels that all its samples bear. */
export interface Labelled<Thing> {
  readonly labels: Labels;
  readonly of: Thing;
}

/** A CCU with its interfaces and their radio modules, each once. */
export class LabelledCcu implements Labelled<CcuFigures> {
  readonly of: CcuFigures;
  readonly labels: Labels;
  readonly interfaces: readonly Labelled<InterfaceFigures>[];
  readonly modules: readonly Labelled<InterfaceFigures["radioModules"][number]>[];

  constructor(ccu: CcuFigures) {
    this.of = ccu;
    this.labels = NO_LABELS.with("ccu", ccu.id);
    this.interfaces = distinct(ccu.interfaces, ({ name }) => this.labels.with("interface", name));
    this.modules = this.interfaces.flatMap(({ labels, of: { radioModules } }) =>
      distinct(radioModules, ({ address }) => labels.with("module", address)),
    );
  }
}

/** The last of those that would have the same labels: the reader would refuse the whole text. */
function distinct<Thing>(things: readonly Thing[], labelsOf: (thing: Thing) => Labels): readonly Labelled<Thing>[] {
  const byLabels = new Map<Labels, Labelled<Thing>>();
  for (const thing of things) {
    const labels = labelsOf(thing);
    byLabels.set(labels, { labels, of: thing });
  }
  return [...byLabels.values()];
}
