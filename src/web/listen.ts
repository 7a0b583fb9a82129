import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { errorMessage, HomematicError } from "../base/errors.ts";

interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** Binds and returns what was bound; an operating system error becomes one that names the option to change. */
export async function listen(server: Server, { host, port }: Endpoint): Promise<AddressInfo> {
  try {
    server.listen({ host, port });
    await once(server, "listening");
  } catch (error) {
    throw listenError(error, { host, port });
  }
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("A TCP server has an address and a port");
  return address;
}

function listenError(cause: unknown, { host, port }: Endpoint): HomematicError {
  const context = { host, port };
  switch (cause instanceof Error && "code" in cause ? cause.code : undefined) {
    case "EADDRINUSE":
      return new HomematicError({
        code: "PORT_IN_USE",
        message: `The page cannot be served: port ${port} is already in use. Choose another one with the option web.port.`,
        cause,
        context,
      });
    case "EACCES":
      return new HomematicError({
        code: "PORT_FORBIDDEN",
        message: `The page cannot be served: the program may not use port ${port}. Choose one above 1023 with the option web.port.`,
        cause,
        context,
      });
    default:
      return new HomematicError({
        code: "ADDRESS_UNAVAILABLE",
        message: `The page cannot be served on "${host}": ${errorMessage(cause)}. Correct the option web.host or leave it empty.`,
        cause,
        context,
      });
  }
}
