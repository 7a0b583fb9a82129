import { once } from "node:events";
import type { AddressInfo, Server } from "node:net";
import { type ErrorCode, HomematicError } from "./errors.ts";

interface Endpoint {
  /** Empty for all addresses of the machine. */
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
  /** The group of options that names host and port; told to the user when they cannot be used. */
  readonly option: string;
}

/**
 * Binds a server and returns what was bound.
 * @throws HomematicError PORT_IN_USE, PORT_FORBIDDEN or ADDRESS_UNAVAILABLE, each naming the option to change.
 */
export async function listen(server: Server, endpoint: Endpoint): Promise<AddressInfo> {
  const { host, port } = endpoint;
  server.listen({ port, ...(host !== "" && { host }) });
  try {
    await once(server, "listening");
  } catch (error) {
    throw listenError(error, endpoint);
  }
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("A TCP server has an address and a port");
  return address;
}

function listenError(cause: unknown, { host, port, option }: Endpoint): unknown {
  const named = (code: ErrorCode, message: string): HomematicError => new HomematicError({ code, message, cause, context: { host, port } });
  switch (cause instanceof Error && "code" in cause ? cause.code : undefined) {
    case "EADDRINUSE":
      return named("PORT_IN_USE", `Port ${port} is already in use: set the option ${option}.port to a free one`);
    case "EACCES":
      return named("PORT_FORBIDDEN", `The program may not use port ${port}: set the option ${option}.port to one above 1023`);
    case "EADDRNOTAVAIL":
    case "EAFNOSUPPORT":
    case "EINVAL":
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return named("ADDRESS_UNAVAILABLE", `${host} is no address of this machine: correct the option ${option}.host or leave it empty`);
    default:
      return cause;
  }
}
