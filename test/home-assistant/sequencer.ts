import { basename } from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The longest, so that none of them is alone at the end. */
const FIRST = ["recorder.test.ts", "sessions.test.ts", "spine.test.ts"];

/** The same order in every run, whatever failed or was slow before. */
export class Sequencer extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const place = FIRST.indexOf(basename(moduleId));
      return place === -1 ? FIRST.length : place;
    };
    return files.toSorted((a, b) => rank(a) - rank(b) || a.moduleId.localeCompare(b.moduleId));
  }
}
