import type { IncomingMessage, ServerResponse } from "node:http";
import type { EventStream, TakePage } from "./event-stream.ts";
import { OPEN_METRICS, PROMETHEUS_TEXT } from "./exposition.ts";
import type { GuardedForm } from "./guarded-form.ts";
import type { History } from "./history.ts";
import type { MaintenanceDesk } from "./maintenance.ts";
import { preferences } from "./negotiation.ts";
import { MetricsText } from "./openmetrics.ts";
import { ASSETS, type Asset } from "./page/assets.ts";
import type { LanguageOf } from "./reader-language.ts";
import { plainText, type Reply, respond } from "./respond.ts";
import type { StatusSource } from "./status.ts";
import { supportBundle } from "./support-bundle.ts";

export type Route = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

export interface Endpoint {
  readonly allow: "GET, HEAD" | "POST";
  readonly route: Route;
}

interface Parts {
  readonly languageOf: LanguageOf;
  readonly source: StatusSource;
  readonly takePage: TakePage;
  readonly stream: EventStream;
  readonly history: History;
  /** The options as they are; nothing of them leaves unredacted. */
  readonly options: unknown;
  readonly wallMs: () => number;
  /** What can be asked for. */
  readonly forms: readonly GuardedForm[];
  /** Null: there is nothing to maintain. */
  readonly maintenance: MaintenanceDesk | null;
}

/** Everything the server answers, by exact path; no path ever reaches the file system. */
export function createRoutes(parts: Parts): ReadonlyMap<string, Endpoint> {
  const { source, takePage, stream, languageOf, maintenance } = parts;
  const texts = new MetricsText();
  const reading: readonly (readonly [path: string, route: Route])[] = [
    ["/", replying((request) => page(takePage()(languageOf(request))))],
    ["/api/snapshot", replying(() => json(source.status()))],
    ["/api/incidents", replying(() => json(source.incidents()))],
    ["/api/history", replying((request) => json(parts.history.after(askedAfter(request))))],
    ["/support-bundle.json", replying(() => bundle(parts))],
    ["/api/stream", (request, response) => stream.open(response, languageOf(request))],
    ["/metrics", replying((request) => metrics(request, source, texts))],
    ["/healthz", replying(() => plainText(200, "alive"))],
    ["/readyz", replying(() => readiness(source))],
    ...ASSETS.map((asset): [string, Route] => [`/${asset.name}`, replying(() => immutable(asset))]),
  ];
  const endpoints = new Map<string, Endpoint>(reading.map(([path, route]) => [path, { allow: "GET, HEAD", route }]));
  for (const form of parts.forms) {
    endpoints.set(`/${form.action}`, { allow: "POST", route: (request, response) => form.take(request, response, languageOf(request)) });
  }
  if (maintenance !== null) {
    const route: Route = async (request, response) => respond(response, await maintenance.answer(request));
    endpoints.set("/api/maintenance", { allow: "POST", route });
  }
  return endpoints;
}

function replying(reply: (request: IncomingMessage) => Reply): Route {
  return (request, response) => respond(response, reply(request));
}

function json(value: object): Reply {
  return { type: "application/json; charset=utf-8", body: JSON.stringify(value) };
}

function bundle({ source, options, wallMs }: Parts): Reply {
  const takenAt = new Date(wallMs()).toISOString();
  return {
    type: "application/json; charset=utf-8",
    body: supportBundle({ status: source.status(), options, takenAt }),
    headers: { "content-disposition": 'attachment; filename="homematic-vitals-support.json"' },
  };
}

/** Seconds since the epoch; everything when it is no number. */
function askedAfter({ url = "" }: IncomingMessage): number {
  const [, query = ""] = url.split("?", 2);
  const after = Number(new URLSearchParams(query).get("after"));
  return Number.isFinite(after) ? after : 0;
}

function page(body: string): Reply {
  return { type: "text/html; charset=utf-8", body, headers: { vary: "accept-language" } };
}

function metrics(request: IncomingMessage, source: StatusSource, texts: MetricsText): Reply {
  const wanted = preferences(request.headers.accept).find((type) => type === "application/openmetrics-text" || type === "text/plain");
  const format = wanted === "application/openmetrics-text" ? OPEN_METRICS : PROMETHEUS_TEXT;
  return { type: format.contentType, body: texts.of(source.figures(), format), headers: { vary: "accept" } };
}

/** Ready once every CCU has been judged, well or not: before that the page has nothing to say. */
function readiness(source: StatusSource): Reply {
  const waiting = source.status().ccus.some((ccu) => ccu.sensors.systemHealth.value === null);
  return waiting ? plainText(503, "measuring") : plainText(200, "ready");
}

/** The page names an asset with a hash of its content, so it may be kept for ever. */
function immutable({ type, body }: Asset): Reply {
  return { type, body, headers: { "cache-control": "public, max-age=31536000, immutable" } };
}
