import { AddOn } from "./add-on.ts";
import { eventually } from "./eventually.ts";
import { GarblingProxy } from "./garbling-proxy.ts";
import { type InterfaceStatus, interfaceStatuses } from "./interface-status.ts";
import type { PeerExit } from "./process.ts";
import { Pydevccu } from "./pydevccu.ts";

const DEVICE = "HM-LC-Sw1-Pl";
/** Whatever else is printed comes from Node itself. */
const QUIET_LINE = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d (INFO|WARN) /;

/** pydevccu and the built program, without Home Assistant. The program reaches the CCU through a proxy where one is wanted. */
export class PydevccuHome implements AsyncDisposable {
  readonly ccu: Pydevccu;
  readonly proxy: GarblingProxy;
  readonly addOn: AddOn;
  /** Where the CCU was at first. */
  readonly port: number;
  readonly #parts: AsyncDisposableStack;
  readonly #causes = new Set<string>();
  #reported = 0;

  private constructor({ parts, ...peers }: { ccu: Pydevccu; proxy: GarblingProxy; addOn: AddOn; parts: AsyncDisposableStack }) {
    this.#parts = parts;
    this.ccu = peers.ccu;
    this.proxy = peers.proxy;
    this.addOn = peers.addOn;
    this.port = peers.ccu.port;
  }

  static async start({ behindProxy = false }: { behindProxy?: boolean } = {}): Promise<PydevccuHome> {
    await using parts = new AsyncDisposableStack();
    const ccu = parts.use(await Pydevccu.start());
    const proxy = parts.use(await GarblingProxy.start(ccu));
    const addOn = parts.use(await AddOn.start(optionsFor(behindProxy ? proxy.port : ccu.port)));
    return new PydevccuHome({ ccu, proxy, addOn, parts: parts.move() });
  }

  /** Resolves with the time until this cause was named. */
  async named(cause: string, timeoutMs: number): Promise<number> {
    return await this.#until(`the cause ${cause}`, timeoutMs, (status) => status.cause === cause);
  }

  /** Resolves with the time until all was well. */
  async well(timeoutMs: number): Promise<number> {
    return await this.#until("the recovery", timeoutMs, ({ isWell }) => isWell);
  }

  /** What was named so far beside these. */
  otherCausesThan(...expected: readonly string[]): readonly string[] {
    return [...this.#causes].filter((code) => !expected.includes(code));
  }

  /** A device reports so many values; resolves when the program has taken them. */
  async report(count: number): Promise<void> {
    for (let left = count; left > 0; left -= 1) {
      this.#reported += 1;
      await this.ccu.report(`${this.ccu.addresses[DEVICE]}:1`, "STATE", this.#reported % 2 === 0);
    }
  }

  /** Events that the CCU delivered and the program does not count. */
  async lost(): Promise<number> {
    const { eventCount } = await this.#status();
    return this.#reported - eventCount;
  }

  /** The user enters another port; the program starts anew and counts anew. */
  async changePort(port: number): Promise<void> {
    await this.addOn.stop();
    this.#reported = 0;
    await this.addOn.start(optionsFor(port));
  }

  /** Ends the program. */
  async end(): Promise<{ exit: PeerExit; clients: readonly string[]; complaints: readonly string[] }> {
    const exit = await this.addOn.stop();
    const complaints = this.addOn.process.output.split("\n").filter((line) => !QUIET_LINE.test(line));
    return { exit, clients: await this.ccu.clients(), complaints };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts.disposeAsync();
  }

  async #until(what: string, timeoutMs: number, fits: (status: InterfaceStatus) => boolean): Promise<number> {
    const startedMs = performance.now();
    await eventually({
      what,
      timeoutMs,
      ask: async () => {
        const status = await this.#status();
        if (status.cause !== null) this.#causes.add(status.cause);
        return fits(status) || undefined;
      },
    });
    return performance.now() - startedMs;
  }

  async #status(): Promise<InterfaceStatus> {
    const [status] = (await interfaceStatuses(this.addOn.url)).values();
    if (status === undefined) throw new Error("the program watches nothing");
    return status;
  }
}

function optionsFor(port: number): object {
  return { ccus: [{ name: "CCU", host: "127.0.0.1", interfaces: [{ name: "BidCos-RF", port }] }] };
}
