"""Door: what feeds push goes straight to its route, past the framework's layers.

Those cost three times what a delivery costs. The routes stay declared where all others are, and
each still names its access rule: only those of `feed_in_force` come in this way.
"""

from collections.abc import Iterable

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from alerts.pathway.tools import Tools
from alerts.web.access import feed_in_force, tools_of


class Door:
    """Answers deliveries itself and gives everything else to the app."""

    def __init__(self, app: FastAPI, tools: Tools, routers: Iterable[APIRouter]) -> None:
        self.app = app
        self.tools = tools
        self._routes = [
            route
            for router in routers
            for route in router.routes
            if isinstance(route, APIRoute) and _is_for_deliveries(route)
        ]
        self._deliver = ExceptionMiddleware(self._take, handlers=dict(app.exception_handlers))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_delivery = scope["type"] == "http" and self.finds(scope)
        await (self._deliver if is_delivery else self.app)(scope, receive, send)

    def finds(self, scope: Scope) -> bool:
        """Whether one of the routes takes it; then the scope says which, as the router would."""
        for route in self._routes:
            if scope["method"] in (route.methods or ()):
                found = route.path_regex.fullmatch(scope["path"])
                if found:
                    scope["app"] = self.app
                    scope["route"], scope["path_params"] = route, found.groupdict()
                    return True
        return False

    async def _take(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive, send)
        feed = await feed_in_force(request)
        named = scope["path_params"]
        answer = await scope["route"].endpoint(
            request=request, feed=feed, tools=self.tools, **named
        )
        await answer(scope, receive, send)


def _is_for_deliveries(route: APIRoute) -> bool:
    """Whether it asks for the feed and the tools, and for nothing else."""
    return {each.call for each in route.dependant.dependencies} == {feed_in_force, tools_of}
