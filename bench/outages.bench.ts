import { setTimeout as sleep } from "node:timers/promises";
import { AddOn } from "../test/peers/add-on.ts";
import type { HomeAssistant } from "../test/peers/home-assistant.ts";
import { AiohomematicPeer } from "./aiohomematic-peer.ts";
import { CcuProcess } from "./ccu-process.ts";
import { quantile } from "./quantile.ts";
import type { Row } from "./row.ts";

const { openCcu, simulated } = CcuProcess;
const MAKERS = [openCcu, openCcu, openCcu, simulated, simulated, simulated];
const PING_INTERVAL_MS = 15_000;
/** Longer than the minute in which aiohomematic renews its sensors; until then every back-off of ours has grown to its limit. */
const OUTAGE_MS = 75_000;
const LIMIT_MS = 70_000;

interface OutageKind {
  readonly what: string;
  readonly targetMs: number;
  begin(ccu: CcuProcess): Promise<void> | void;
  end(ccu: CcuProcess): Promise<void> | void;
}

const KINDS: readonly OutageKind[] = [
  { what: "CCU killed", targetMs: 20_000, begin: (ccu) => ccu.kill(), end: (ccu) => ccu.start() },
  { what: "CCU hangs", targetMs: 30_000, begin: (ccu) => ccu.suspend(), end: (ccu) => ccu.resume() },
];
const BACK_TARGET_MS = 20_000;

/** How long it took until a change was seen. */
interface Seen {
  readonly oursMs: number;
  /** Infinite where aiohomematic did not see it; undefined where it did not look. */
  readonly peerMs: number | undefined;
}

interface Outage {
  readonly loss: Seen;
  readonly recovery: Seen;
}

/** All CCUs fail at the same time, each at its own phase of the ping interval; aiohomematic watches those that it can talk to. */
export async function benchOutages(homeAssistant: HomeAssistant): Promise<Row[]> {
  await using peers = new AsyncDisposableStack();
  const ccus: CcuProcess[] = [];
  for (const make of MAKERS) {
    const ccu = peers.use(await make());
    await ccu.start();
    ccus.push(ccu);
  }
  peers.use(
    await AddOn.start({
      ccus: ccus.map(({ interfaceName: name, port }, index) => ({
        name: `Outage ${index}`,
        host: "127.0.0.1",
        interfaces: [{ name, port }],
      })),
      home_assistant: { url: homeAssistant.url, token: homeAssistant.token },
    }),
  );
  const rows: Row[] = [];
  for (const kind of KINDS) {
    const outages = await Promise.all(ccus.map((ccu, index) => suffer(kind, ccu, healthOf(homeAssistant, index))));
    const losses = outages.map(({ loss }) => loss);
    const recoveries = outages.map(({ recovery }) => recovery);
    rows.push(row(`${kind.what} -> System health changed in Home Assistant`, losses, kind.targetMs));
    rows.push(row(`${kind.what} and is back -> System health 100 %`, recoveries, BACK_TARGET_MS));
  }
  return rows;
}

/** Resolves with the time when System health in Home Assistant is as it is waited for. */
type Health = (fits: (value: number) => boolean) => Promise<number>;

function healthOf(homeAssistant: HomeAssistant, index: number): Health {
  return async (fits) => {
    await homeAssistant.waitForState(`sensor.outage_${index}_system_health`, ({ state }) => fits(Number.parseFloat(state)), LIMIT_MS);
    return performance.now();
  };
}

async function suffer({ begin, end }: OutageKind, ccu: CcuProcess, health: Health): Promise<Outage> {
  const isFull = (value: number): boolean => value === 100;
  const isLess = (value: number): boolean => value < 100;
  await health(isFull);
  const { port, jsonPort } = ccu;
  await using peer = jsonPort === null ? undefined : await AiohomematicPeer.connect({ port, jsonPort });
  await sleep(Math.random() * PING_INTERVAL_MS);
  const beganMs = performance.now();
  const [lostMs] = await Promise.all([health(isLess), begin(ccu), sleep(OUTAGE_MS)]);
  const peerLostMs = peer?.troubledAfter(beganMs);
  await end(ccu);
  const endedMs = performance.now();
  const [backMs, peerBackMs] = await Promise.all([health(isFull), peerLostMs && peer?.contentAfter(endedMs)]);
  return {
    loss: { oursMs: lostMs - beganMs, peerMs: peer && (peerLostMs ?? Number.POSITIVE_INFINITY) - beganMs },
    recovery: { oursMs: backMs - endedMs, peerMs: peerBackMs && peerBackMs - endedMs },
  };
}

function row(work: string, seen: readonly Seen[], targetMs: number): Row {
  const oursMs = seen.map((each) => each.oursMs);
  const worstMs = Math.max(...oursMs);
  const peersMs = seen.flatMap(({ peerMs }) => peerMs ?? []);
  return {
    work,
    ours: `max ${seconds(worstMs)}, median ${seconds(quantile(oursMs, 0.5))} (${oursMs.length} times)`,
    ...compare(worstMs, peersMs),
    target: `<= ${seconds(targetMs)}`,
    met: worstMs <= targetMs,
  };
}

/** The worst of ours with the worst of theirs. */
function compare(oursMs: number, peersMs: readonly number[]): Pick<Row, "peer" | "ratio"> {
  if (peersMs.length === 0) return { peer: "-", ratio: "-" };
  const peerMs = Math.max(...peersMs);
  return Number.isFinite(peerMs)
    ? { peer: `aiohomematic max ${seconds(peerMs)} (${peersMs.length} times)`, ratio: `${(oursMs / peerMs).toFixed(2)}x the time` }
    : { peer: `aiohomematic unchanged for ${seconds(OUTAGE_MS)}`, ratio: `< ${(oursMs / OUTAGE_MS).toFixed(2)}x the time` };
}

function seconds(durationMs: number): string {
  return `${(durationMs / 1_000).toFixed(1)} s`;
}
