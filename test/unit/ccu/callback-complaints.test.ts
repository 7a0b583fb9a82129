import { expect, test } from "vitest";
import { CallbackComplaints } from "../../../src/ccu/callback-complaints.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { RecordingLogger } from "./recording-logger.ts";

test("every complaint is counted, and each kind is logged once in ten minutes", () => {
  const clock = new ManualClock();
  const logger = new RecordingLogger();
  const complaints = new CallbackComplaints<"malformed" | "too_large">({ clock, logger });
  for (let count = 0; count < 1_000; count += 1) complaints.add("malformed", `bad ${count}`);
  complaints.add("too_large", "big");
  clock.advance(599_999);
  complaints.add("malformed", "still quiet");
  expect(logger.lines).toEqual(['warn bad 0 {"kind":"malformed","count":1}', 'warn big {"kind":"too_large","count":1}']);
  clock.advance(1);
  complaints.add("malformed", "again");
  expect(logger.lines.slice(2)).toEqual(['warn again {"kind":"malformed","count":1002}']);
  expect(complaints.counts()).toEqual({ malformed: 1_002, too_large: 1 });
});
