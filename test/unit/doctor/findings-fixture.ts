import type { CauseCode } from "../../../src/diagnosis/cause-codes.ts";
import { CAUSES, type CauseFacts, causeMessage } from "../../../src/diagnosis/causes.ts";
import type { Findings, FoundCause, InterfaceFindings } from "../../../src/doctor/findings.ts";
import { remedyOf } from "../../../src/doctor/remedies.ts";

export const found = (code: CauseCode, facts: CauseFacts = {}): FoundCause => ({
  code,
  severity: CAUSES[code].severity,
  message: causeMessage(code, facts),
  remedy: remedyOf(code),
});

export const WELL: InterfaceFindings = {
  name: "HmIP-RF",
  port: 2010,
  verdict: "ok",
  finished: true,
  cause: null,
  detail: "",
  paths: { command: "ok", event: "ok", radio: "ok" },
  proved: true,
  deviceReported: true,
  version: "3.61.7",
  devices: 12,
  roundTripMs: 23.4,
  dutyCyclePercent: 4,
};
export const DROPPED: InterfaceFindings = {
  ...WELL,
  name: "BidCos-RF",
  port: 2001,
  verdict: "critical",
  cause: found("dropped_by_ccu"),
  paths: { command: "ok", event: "failing", radio: "unknown" },
  proved: false,
  deviceReported: false,
  version: null,
  devices: 0,
  roundTripMs: null,
  dutyCyclePercent: null,
};

export function findings(interfaces: readonly InterfaceFindings[], more: Partial<Findings> = {}): Findings {
  const rest = { cause: null, interfaces, notFound: [], notes: [], stillRegistered: [] };
  return { host: "ccu", verdict: "ok", callback: "192.168.1.5:8095", ...rest, ...more };
}

/** Events do not get through for one interface of two. */
export const BLOCKED: Findings = findings(
  [WELL, { ...DROPPED, cause: found("callback_unreachable", { url: "http://192.168.178.5:8095" }) }],
  {
    host: "192.168.178.20",
    verdict: "critical",
    callback: "192.168.178.5:8095",
    notFound: [
      { name: "BidCos-Wired", code: "connection_refused" },
      { name: "VirtualDevices", code: "connection_refused" },
    ],
  },
);

/** One interface is dropped, the other one well. */
export const FOUND: Findings = findings([DROPPED, WELL], { verdict: "critical" });
