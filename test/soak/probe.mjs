// Loaded into the watched program beside it: tells what the process holds, each time it is asked by a line on standard input.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc");

process.stdin.on("data", () => {
  const residentMb = process.memoryUsage.rss() / 1e6;
  collectGarbage();
  const heapMb = process.memoryUsage().heapUsed / 1e6;
  const resources = process.getActiveResourcesInfo();
  const count = (pattern) => resources.filter((name) => pattern.test(name)).length;
  const reading = { residentMb, heapMb, sockets: count(/^TCP/), timers: count(/^Timeout/), handles: resources.length };
  process.stdout.write(`probe ${JSON.stringify(reading)}\n`);
});
process.stdin.unref();
