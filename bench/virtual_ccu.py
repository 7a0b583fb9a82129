"""Runs pydevccu's virtual OpenCCU, XML-RPC and JSON-RPC in one process: virtual_ccu.py PORT JSON_PORT."""

import asyncio
import sys

from pydevccu import BackendMode, VirtualCCU


async def main() -> None:
    """Serve until the process ends."""
    ccu = VirtualCCU(
        mode=BackendMode.OPENCCU,
        xml_rpc_port=int(sys.argv[1]),
        json_rpc_port=int(sys.argv[2]),
        username="Admin",
        password="secret",
        devices=["HM-RCV-50", "HM-LC-Sw1-Pl"],
        setup_defaults=True,
    )
    await ccu.start()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


asyncio.run(main())
