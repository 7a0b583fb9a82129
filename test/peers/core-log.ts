const HEAD = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}(?:\+00:00)? ([A-Z]+) \(/;
const HARMLESS = new Set(["DEBUG", "INFO"]);

/** What Core says for reasons of its own. */
const USUAL = [
  /We found a custom integration (homematic_vitals|vitals_probe) which has not been tested/,
  // After a kill.
  /The system could not validate that the sqlite3 database .* was shutdown cleanly/,
  /\[homeassistant\.components\.recorder\.util\] Ended unfinished session/,
  // The Marketplace finds no internet, and is still trying when Core stops.
  /Task <Task pending name='marketplace_startup_tasks /,
];

/** Home Assistant's log in records: a line and what belongs to it, such as a traceback. */
function recordsOf(log: string): readonly { level: string | undefined; text: string }[] {
  const records: { level: string | undefined; text: string }[] = [];
  for (const line of log.split("\n")) {
    const level = HEAD.exec(line)?.[1];
    const last = records.at(-1);
    if (level === undefined && last) last.text += `\n${line}`;
    else records.push({ level, text: line });
  }
  return records;
}

/** Every warning and error in Core's log that neither Core itself nor the test is to blame for, and Python's own warnings of our code. */
export function complaintsIn(log: string, expected: readonly RegExp[] = []): readonly string[] {
  const known = [...USUAL, ...expected];
  return recordsOf(log)
    .filter(({ level, text }) => {
      if (level === undefined || text.includes("[py.warnings]")) return /Warning: /.test(text) && text.includes("homematic_vitals");
      return !HARMLESS.has(level) && !known.some((pattern) => pattern.test(text));
    })
    .map(({ text }) => text);
}
