import { describe, expect, test } from "vitest";
import { CauseLog } from "../../../src/central/cause-log.ts";
import { CAUSE_CODES, type CauseCode } from "../../../src/diagnosis/cause-codes.ts";
import { CAUSES, causeMessage } from "../../../src/diagnosis/causes.ts";
import { severityOf } from "../../../src/diagnosis/diagnose.ts";
import { type Diagnosis, NO_DIAGNOSIS } from "../../../src/diagnosis/diagnosis.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { RecordingLogger } from "../ccu/recording-logger.ts";

const FACTS = { url: "http://10.0.0.1:8095", gateways: "LAN Gateway" };
const WELL: Diagnosis = { ...NO_DIAGNOSIS, score: 1, connected: true };

function ill(...codes: readonly CauseCode[]): Diagnosis {
  const isLost = codes.some((code) => severityOf(code) === "critical");
  return {
    ...WELL,
    connected: !isLost,
    lostSinceMs: isLost ? 0 : null,
    causes: codes.map((code) => ({ code, sinceMs: 0, facts: FACTS })),
  };
}

function setUp() {
  const clock = new ManualClock();
  const logger = new RecordingLogger();
  let diagnosis = NO_DIAGNOSIS;
  const log = new CauseLog({ diagnosis: () => diagnosis, failure: () => "ping failed", clock, logger });
  const become = (next: Diagnosis): void => {
    diagnosis = next;
    log.changed();
  };
  return { clock, logger, log, become };
}

describe("CauseLog", () => {
  test.each(CAUSE_CODES)("%s: one line with cause and remedy when it begins, one when it ends, however often it is looked at", (code) => {
    const { clock, logger, become } = setUp();
    for (const diagnosis of [NO_DIAGNOSIS, WELL, WELL, ill(code), ill(code), ill(code, "duty_cycle_high"), WELL, WELL]) {
      become(diagnosis);
      clock.advance(20_000);
    }
    const text = causeMessage(code, FACTS).en;
    const what = `${text} ${CAUSES[code].remedy.en}`;
    const expected = {
      critical: [`warn connection lost: ${what} (ping failed)`, "info connected"],
      degraded: [`warn ${what}`, `info over after 60 s: ${text}`],
      notice: [`info ${what}`, `info over after 60 s: ${text}`],
    }[severityOf(code)];
    expect(logger.lines).toEqual(["info connected", ...expected]);
  });

  test("each cause of an outage has its line, and the way back says what is left", () => {
    const { logger, become } = setUp();
    for (const diagnosis of [ill("connection_refused"), ill("ccu_booting"), ill("radio_silent"), WELL]) become(diagnosis);
    const expected = [
      `warn not connected, trying again: ${causeMessage("connection_refused").en}`,
      `warn still not connected: ${causeMessage("ccu_booting").en}`,
      `warn connected: ${causeMessage("radio_silent").en}`,
      `info over after 0 s: ${causeMessage("radio_silent").en}`,
    ];
    expect(logger.lines.map((line, index) => line.slice(0, expected[index]?.length))).toEqual(expected);
  });

  test("nothing is said while it is not known whether a PONG is merely late, nor of a notice before the connection stands", () => {
    const { logger, become } = setUp();
    become({ ...ill("ping_unsupported"), connected: null });
    expect(logger.lines).toEqual([]);
    become(ill("ping_unsupported"));
    expect(logger.lines).toEqual([expect.stringMatching(/^info connected: The CCU sends no test events/)]);
    become(WELL);
    const before = logger.lines.length;
    become({ ...ill("pong_late"), connected: false, undecided: true });
    become(WELL);
    expect(logger.lines).toHaveLength(before);
  });

  test("what comes and goes for a day is told a while, then now and then, and its end when it has lasted", () => {
    const { clock, logger, log, become } = setUp();
    become(WELL);
    for (let times = 0; times < 2_880; times += 1) {
      become(ill("timeout"));
      clock.advance(15_000);
      become(WELL);
      clock.advance(15_000);
    }
    expect(logger.lines.length).toBeLessThan(2 * (10 + 144 + 5));
    clock.advance(300_000);
    expect(logger.lines.at(-1)).toMatch(/^info connected, after \d+ losses$/);
    log[Symbol.dispose]();
    expect(clock.pendingTimers).toBe(0);
  });
});
