"""A client that speaks the companion protocol as the add-on does."""

from collections.abc import Mapping
from copy import deepcopy
import json
from pathlib import Path
from typing import Any

from pytest_homeassistant_custom_component.typing import MockHAClientWebSocket

FIXTURES = Path(__file__).parents[1] / "fixtures" / "companion"

INSTANCE = "5f0c1d5e-0d4b-4a9e-9a57-1f2f6f1c2b3a"
CCU: dict[str, Any] = {
    "id": "NEQ1234567",
    "name": "CCU",
    "model": "OpenCCU",
    "firmware": "3.83.6.20251025",
    "metrics": {"system_health": 100, "connection_latency": 12.4, "last_event_age": 5},
}
GARAGE: dict[str, Any] = {
    "id": "192.168.178.21",
    "name": "Garage",
    "model": None,
    "firmware": None,
    "metrics": {"system_health": 0, "connection_latency": None, "last_event_age": None},
}

HEALTH = "sensor.ccu_system_health"
LATENCY = "sensor.ccu_connection_latency"
AGE = "sensor.ccu_last_event_age"
GARAGE_HEALTH = "sensor.garage_system_health"
INCIDENT = "event.ccu_incident"
ADD_ON_CONNECTION = "binary_sensor.homematic_vitals_add_on_connection"
GARAGE_LATENCY = "sensor.garage_connection_latency"


def load_fixture(name: str) -> dict[str, Any]:
    """Read a fixture that both sides are tested against."""
    content: dict[str, Any] = json.loads((FIXTURES / f"{name}.json").read_text())
    return content


def ccu(base: Mapping[str, Any] = CCU, **changes: Any) -> dict[str, Any]:
    """Make a CCU; `metrics` are merged, other fields replaced."""
    metrics = {**base["metrics"], **changes.pop("metrics", {})}
    return {**deepcopy(dict(base)), **changes, "metrics": metrics}


FULL: dict[str, Any] = load_fixture("sync")["request"]["ccus"][0]
HMIP = "NEQ1234567/HmIP-RF"
BIDCOS = "NEQ1234567/BidCos-RF"


def interface(name: str = "HmIP-RF", owner: Mapping[str, Any] = CCU, **metrics: Any) -> dict[str, Any]:
    """Make an interface of a CCU."""
    return {"id": f"{owner['id']}/{name}", "name": name, "metrics": metrics or {"connected": True}}


class AddOn:
    """One WebSocket connection of the add-on."""

    def __init__(self, socket: MockHAClientWebSocket) -> None:
        """Take an authenticated connection."""
        self._socket = socket
        self.last_id = 0
        self.events: list[tuple[int, Any]] = []

    async def send(self, message: Mapping[str, Any]) -> dict[str, Any]:
        """Send a message and return its answer; events that come before it are kept."""
        (answer,) = await self.answers(await self._write(message))
        return answer

    async def post(self, command: str, **fields: Any) -> int:
        """Send a command without waiting for its answer; return its number."""
        return await self._write({"type": f"homematic_vitals/{command}", **fields})

    async def answers(self, *numbers: int) -> list[dict[str, Any]]:
        """Return the answers to these commands, whichever comes first."""
        found: dict[int, dict[str, Any]] = {}
        while found.keys() != set(numbers):
            answer: dict[str, Any] = await self._socket.receive_json()
            if answer["type"] == "event":
                self.events.append((answer["id"], answer["event"]))
            else:
                assert answer["id"] in numbers
                found[answer["id"]] = answer
        return [found[number] for number in numbers]

    async def _write(self, message: Mapping[str, Any]) -> int:
        self.last_id += 1
        await self._socket.send_json({"id": self.last_id, **message})
        return self.last_id

    async def event(self) -> tuple[int, Any]:
        """Return the next event with the id of its subscription."""
        if not self.events:
            answer = await self._socket.receive_json()
            assert answer["type"] == "event", answer
            self.events.append((answer["id"], answer["event"]))
        return self.events.pop(0)

    async def succeed(self, command: str, **fields: Any) -> Any:
        """Send a command that must succeed and return its result."""
        answer = await self.send({"type": f"homematic_vitals/{command}", **fields})
        assert answer["success"], answer
        return answer["result"]

    async def fail(self, command: str, **fields: Any) -> dict[str, Any]:
        """Send a command that must be refused and return its error."""
        answer = await self.send({"type": f"homematic_vitals/{command}", **fields})
        assert not answer["success"], answer
        error: dict[str, Any] = answer["error"]
        return error

    async def hello(self, **changes: Any) -> Any:
        """Introduce itself."""
        fields = {"app_version": "0.1.0", "bundled_version": "0.1.0", "protocol": {"min": 1, "max": 2}, **changes}
        return await self.succeed("hello", **fields)

    async def connect(self, **changes: Any) -> Any:
        """Open a session."""
        return await self.succeed("connect", **connect_fields(**changes))

    async def refused_connect(self, **changes: Any) -> dict[str, Any]:
        """Try to open a session that must be refused."""
        return await self.fail("connect", **connect_fields(**changes))

    async def sync(self, *ccus: Mapping[str, Any]) -> Any:
        """State the topology."""
        return await self.succeed("sync", ccus=list(ccus))

    async def update(self, seq: int, **metrics: Any) -> Any:
        """Send changed metrics of the first CCU; none make a heartbeat."""
        return await self.succeed("update", seq=seq, values={CCU["id"]: metrics} if metrics else {})

    async def start(self, *ccus: Mapping[str, Any], **changes: Any) -> None:
        """Connect and sync."""
        await self.connect(**changes)
        await self.sync(*(ccus or (CCU,)))

    async def close(self) -> None:
        """Drop the connection."""
        await self._socket.close()


def connect_fields(**changes: Any) -> dict[str, Any]:
    """Make the fields of `connect`."""
    return {
        "protocol": 2,
        "instance_id": INSTANCE,
        "app": {"version": "0.1.0", "url": None},
        "heartbeat_s": 30,
        **changes,
    }
