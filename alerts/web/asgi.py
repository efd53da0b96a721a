"""asgi: what a web server is told to serve, built from this process's settings."""

import logging
from functools import partial

from alerts import garbage, logs, settings, wiring
from alerts.pathway.stand_in import stand_in
from alerts.web.app import create_app

logs.start()
# The server's own access lines hold whole paths, and a path may hold a patient's id.
logging.getLogger("uvicorn.access").disabled = True

_tools = wiring.build(settings.from_process())
# While no worker can be asked, this process does what waits.
_tools.bell.stand_in(partial(stand_in, tools=_tools))

app = create_app(_tools)
garbage.settle()
