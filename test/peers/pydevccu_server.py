"""Runs pydevccu as a CCU's interface process and takes commands on standard input.

A command is one line of JSON, {"id", "method", "params"}; it is sent to the server as an XML-RPC call like any client's.
Without a callback of ours in between, the test sees what a foreign CCU puts on the wire.
"""

import json
import sys
from xmlrpc.client import Error, ServerProxy

from pydevccu import Server


def answer(server: Server, proxy: ServerProxy, line: str) -> dict:
    """Return the answer to one command; "clients" is no call, but asks who is registered."""
    command = json.loads(line)
    if command["method"] == "clients":
        return {"id": command["id"], "result": sorted(server._rpcfunctions.remotes)}
    try:
        result = getattr(proxy, command["method"])(*command["params"])
    except (Error, OSError, ValueError) as error:
        return {"id": command["id"], "error": str(error)}
    return {"id": command["id"], "result": result}


def main() -> None:
    """Serve until standard input or the process ends."""
    port, *devices = sys.argv[1:]
    server = Server(addr=("127.0.0.1", int(port)), devices=devices)
    server.start()
    proxy = ServerProxy(f"http://127.0.0.1:{port}", allow_none=True)
    sys.stdout.write(f"ready {json.dumps(server.supportedDevices())}\n")
    sys.stdout.flush()
    for line in sys.stdin:
        sys.stdout.write(f"answer {json.dumps(answer(server, proxy, line), default=str)}\n")
        sys.stdout.flush()
    server.stop()


main()
