import { type IncomingHttpHeaders, type IncomingMessage, request, type ServerResponse } from "node:http";
import { ContainerNetwork } from "../container-network.ts";

/** Of this connection only, or set anew below. */
const OWN_HEADERS = new Set(["connection", "content-length", "transfer-encoding", "upgrade", "host", "content-type", "authorization"]);

/** Passes a request on to the page of an add-on, from the Supervisor's own address, and the answer back as it comes. */
export function passOn({
  incoming,
  outgoing,
  path,
  port,
  user,
}: {
  incoming: IncomingMessage;
  outgoing: ServerResponse;
  path: string;
  port: number;
  user: string;
}): void {
  const headers = { ...withoutOwn(incoming.headers), "x-remote-user-id": user, "x-remote-user-name": "owner" };
  const target = request({
    method: incoming.method ?? "GET",
    host: ContainerNetwork.CONTAINER,
    localAddress: ContainerNetwork.SUPERVISOR,
    port,
    path,
    headers,
  });
  target.on("error", () => {
    if (outgoing.headersSent) outgoing.destroy();
    else outgoing.writeHead(502).end();
  });
  target.on("response", (answer) => {
    // The charset of the type is lost on the way.
    const [type = "application/octet-stream"] = (answer.headers["content-type"] ?? "").split(";", 1);
    outgoing.writeHead(answer.statusCode ?? 502, { ...withoutOwn(answer.headers), "content-type": type, "x-accel-buffering": "no" });
    answer.pipe(outgoing);
  });
  outgoing.on("close", () => target.destroy());
  incoming.pipe(target);
}

function withoutOwn(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !OWN_HEADERS.has(name)));
}
