"""The least an event stream can be: a Litestar app that hands on what it is sent, on the product's server.

`python -m tests.bench.bare_echo` serves on a free port and prints its address; bench_live measures next to it.
"""

import json
import threading
import time
from collections.abc import AsyncIterator
from typing import Any

from granian import Granian
from granian.constants import Interfaces
from litestar import Litestar, Request, get, post
from litestar.channels import ChannelsPlugin
from litestar.channels.backends.memory import MemoryChannelsBackend
from litestar.response import ServerSentEvent, ServerSentEventMessage

from meetings_app.web.server import claim_port

CHANNEL = "echo"


@post("/write", status_code=200)
async def write(request: Request[Any, Any, Any], channels: ChannelsPlugin) -> dict[str, str]:
    """Hand the body on to every stream."""
    channels.publish(await request.body(), CHANNEL)
    return {"result": "saved"}


@get("/stream")
async def stream(channels: ChannelsPlugin) -> ServerSentEvent:
    """Send what is handed on."""

    async def events() -> AsyncIterator[ServerSentEventMessage]:
        async with channels.start_subscription(CHANNEL) as subscriber:
            yield ServerSentEventMessage(data=json.dumps({}), event="hello", sep="\n")
            async for data in subscriber.iter_events():
                yield ServerSentEventMessage(data=data, event="field", sep="\n")

    return ServerSentEvent(events())


def create_app() -> Litestar:
    """Return the app."""
    channels = ChannelsPlugin(MemoryChannelsBackend(), channels=[CHANNEL])
    return Litestar([write, stream], plugins=[channels], openapi_config=None, logging_config=None)


def main() -> None:
    """Serve until told to stop."""
    port = claim_port("127.0.0.1", 0)
    server = Granian(
        "tests.bench.bare_echo:create_app",
        address="127.0.0.1",
        port=port,
        interface=Interfaces.ASGI,
        factory=True,
        websockets=False,
        log_enabled=False,
        workers_kill_timeout=1,
    )

    def announce() -> None:
        time.sleep(2)
        print(f"http://127.0.0.1:{port}", flush=True)

    server.on_startup(threading.Thread(target=announce, daemon=True).start)
    server.serve()


if __name__ == "__main__":
    main()
