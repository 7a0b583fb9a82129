// Adds up the JUnit reports and prints the closing line. A report that is missing or empty counts as one failure.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const [folder, failedSteps, ...reports] = process.argv.slice(2);
let passed = 0;
let failed = 0;

for (const report of reports) {
  const file = join(folder, `${report}.xml`);
  const xml = existsSync(file) ? readFileSync(file, "utf8") : "";
  const cases = [...xml.matchAll(/<testcase\b[^>]*?(?:\/>|>([\s\S]*?)<\/testcase>)/g)].map(([, body = ""]) => body);
  const broken = cases.filter((body) => /<(failure|error|skipped)\b/.test(body)).length;
  passed += cases.length - broken;
  failed += broken + (cases.length === 0 ? 1 : 0);
}

// A step that failed although its tests passed (lint, build, an unhandled error) must show in the count as well.
failed = Math.max(failed, Number(failedSteps));
process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
