"""asgi: what a web server is told to serve, built from this process's settings."""

import logging

from alerts import logs, settings, wiring
from alerts.web.app import create_app

logs.start()
# The server's own access lines hold whole paths, and a path may hold a patient's id.
logging.getLogger("uvicorn.access").disabled = True

app = create_app(wiring.build(settings.from_process()))
