"""The sandbox's paths: requests of the API in, answers and faults out.

An action is done the moment its request has been read; the latency is that of the answer. So the truth about
the journeys is settled as soon as nobody calls any more.
"""

import asyncio
import time
from codecs import BOM_UTF8
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from itertools import islice
from random import Random
from typing import Final, NamedTuple

import msgspec
from aiohttp import web

from bulk_journeys.jsonlines import encode_line

from .admission import Admission, Limit, Stats, Tally
from .answers import Answer, Code, Refusal, Wording
from .config import Config
from .connections import Connections, cut, reset
from .faults import CUT_SHORT, REFUSALS, Fault, Strike, strike, walled
from .http_faults import DELIVERED, DISPLACING, FORMS, Scene, raw_answer
from .journeys import DISPLACED, OUTAGE, Action, Journey, World, after, canvas, success
from .outages import BAD_GATEWAY, PAGES, FirewallKind, OutageKind, Trouble

PREFIX: Final = "/api/v3/journeygateway/"
OWN: Final = "/sandbox/"
UNAUTHENTICATED: Final = Refusal(Code.UNAUTHENTICATED, "invalid api token")
BAD_JSON: Final = Refusal(Code.INVALID_ARGUMENT, "invalid character in the request body")


class Call(msgspec.Struct):
    """The body of a request; a missing uuid is an empty one, as in protobuf."""

    uuid: str = ""


_CALLS: Final = msgspec.json.Decoder(Call)


class Route(NamedTuple):
    """What a path does, and the one method it takes."""

    method: str
    handle: Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


class Gateway:
    """One world behind the API's paths, and paths of its own: three tell the truth about it, one ends its trouble.

    *clock* tells the limits and the outages the seconds.
    """

    def __init__(self, config: Config, world: World, clock: Callable[[], float]) -> None:
        dice = Random(config.seed)  # noqa: S311  a game, not a secret
        self._config = config
        self._world = world
        self._credentials = f"Api {config.token}"
        self._latency = partial(dice.uniform, config.latency.low, config.latency.high)
        self._wording = Wording(config.errors, config.retry_hint, dice, time.time)
        self._admission = Admission(config)
        self._trouble = Trouble(config.outages, config.revoke_after, config.firewalls)
        self._firewall_page = PAGES[config.firewall_kind or Random(config.seed).choice(list(FirewallKind))]  # noqa: S311
        self._connections = Connections()
        self._points = canvas(config.points)
        self._clock = clock
        self._started_at = clock()
        self._tally = Tally()
        self._routes = {PREFIX + action: Route("POST", partial(self._call, action)) for action in Action}
        self._routes |= {
            OWN + "truth": Route("GET", self._show_truth),
            OWN + "stats": Route("GET", self._show_stats),
            OWN + "seconds": Route("GET", self._show_seconds),
            OWN + "restore": Route("POST", self._restore),
        }

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """Do what the request's path says, unless an outage swallows it or a firewall is in its way."""
        if self._connections.unread(request):
            return reset(request)
        body = await request.read()  # before the clock is read, so that nothing is carried out in an outage
        self._connections.send_owed(request)
        if not request.path.startswith(OWN):
            now = self._tally.since_first(self._now())
            if self._trouble.out(now):
                return self._drop_in_outage(request, body)
            if self._trouble.walled(now):
                return self._answer_from_firewall(request, body)
        route = self._routes.get(request.path)
        if route is None:
            return self._respond(self._wording.unknown_path())
        if route.method != request.method:
            return self._respond(self._wording.wrong_method())
        return await route.handle(request)

    def stats(self) -> Stats:
        """Return the totals so far."""
        return self._tally.stats(self._admission.most)

    async def _call(self, action: Action, request: web.BaseRequest) -> web.StreamResponse:
        self._tally.requests += 1
        if not self._authorised(request) or self._trouble.revoked(self._tally.requests):
            return self._refuse(UNAUTHENTICATED)
        journey = self._journey_of(await request.read())
        if isinstance(journey, Refusal):
            return self._refuse(journey)
        journey.requests += 1
        journey.faults += [DISPLACED] * self._connections.displaced(request)
        now = self._tally.arrived(self._now())
        if limit := self._admission.hit(now):
            journey.refused += 1
            return self._refuse_for_limit(limit, now)
        self._tally.admitted(now)
        with self._admission.under_way(now):
            quota = self._wording.quota(self._admission.quota(now))
            response = await self._carry_out(action, journey, request, quota)
            response.headers.update(quota)
            return response

    def _now(self) -> float:
        return self._clock() - self._started_at

    def _authorised(self, request: web.BaseRequest) -> bool:
        return request.headers.get("Authorization") == self._credentials

    def _drop_in_outage(self, request: web.BaseRequest, body: bytes) -> web.Response:
        self._tally.requests += request.path in self._routes
        self._tally.swallowed(self._now())
        journey = self._journey_of(body)
        if isinstance(journey, Journey) and self._authorised(request):
            journey.miss(OUTAGE)
        return _show(BAD_GATEWAY) if self._config.outage_kind is OutageKind.PAGE else reset(request)

    def _answer_from_firewall(self, request: web.BaseRequest, body: bytes) -> web.Response:
        """Show the firewall's page, and have the call carried out half the time: some look at what comes back."""
        route = self._routes.get(request.path)
        self._tally.requests += route is not None
        self._tally.walled(self._now())
        good = self._authorised(request) and not self._trouble.revoked(self._tally.requests)
        journey = self._journey_of(body)
        if isinstance(journey, Journey) and good:
            journey.miss(Fault.FIREWALL)
            struck = walled(self._config.seed, journey.uuid, journey.unheard)
            if struck.acts and route is not None and route.method == request.method:
                journey.act(Action(request.path.removeprefix(PREFIX)))
        return _show(self._firewall_page)

    def _refuse_for_limit(self, limit: Limit, now: float) -> web.Response:
        self._tally.refused(now, limit)
        response = self._refuse(self._admission.refusal(limit, now))
        response.headers.update(self._wording.quota(self._admission.quota(now)))
        return response

    def _journey_of(self, body: bytes) -> Journey | Refusal:
        try:
            return self._world.find(_CALLS.decode(body).uuid)
        except (ValueError, RecursionError):  # no JSON, no UTF-8, or brackets without end
            return BAD_JSON

    async def _carry_out(
        self, action: Action, journey: Journey, request: web.BaseRequest, quota: Mapping[str, str]
    ) -> web.StreamResponse:
        struck = strike(self._config.faults, self._config.seed, journey.uuid, journey.admitted)
        answer = self._act(action, journey, struck)
        if struck is not None:
            journey.faults.append(struck.fault)
            self._tally.faults[struck.fault] += 1
        if self._config.latency.high:
            await asyncio.sleep(self._latency())
        if struck is None:
            return self._respond(answer)
        if struck.fault in FORMS:
            answer = answer._replace(headers={**answer.headers, **quota})
            another = success(self._world.mistaken(journey, action), self._points)
            same = success(after(journey, action), self._points)
            return self._respond_raw(Scene(answer, another, same, self._wording.refusal), struck, request)
        return await self._break(answer, struck, request)

    def _act(self, action: Action, journey: Journey, struck: Strike | None) -> Answer:
        refusal = journey.act(action) if struck is None or struck.acts else None
        if struck is not None and struck.fault is Fault.STRAY:
            return success(self._world.mistaken(journey, action), self._points)
        return self._wording.refusal(refusal) if refusal else success(journey, self._points)

    def _respond_raw(self, scene: Scene, struck: Strike, request: web.BaseRequest) -> web.StreamResponse:
        self._tally.answers.update([scene.proper.code] * (struck.fault in DELIVERED))
        return self._connections.send(request, raw_answer(struck, scene), displacing=struck.fault in DISPLACING)

    async def _break(self, answer: Answer, struck: Strike, request: web.BaseRequest) -> web.StreamResponse:
        if struck.fault in REFUSALS:
            return self._refuse(struck.choose(REFUSALS[struck.fault]))
        match struck.fault:
            case Fault.STRAY:
                return self._respond(answer)
            case Fault.BOM:
                return self._respond(answer._replace(body=BOM_UTF8 + answer.body))
            case Fault.CUT:
                return await cut(answer, request)
            case Fault.CUT_REFUSAL:
                refusal, share = struck.choose(CUT_SHORT)
                return await cut(self._wording.refusal(refusal), request, share)
            case Fault.HTML:
                return _show(BAD_GATEWAY)
            case Fault.FIREWALL:
                return _show(struck.choose(list(PAGES.values())))
            case Fault.HANG:
                await asyncio.sleep(self._config.hang)
        return reset(request)

    def _refuse(self, refusal: Refusal) -> web.Response:
        return self._respond(self._wording.refusal(refusal))

    def _respond(self, answer: Answer) -> web.Response:
        self._tally.answers[answer.code] += 1
        response = web.Response(status=answer.status, headers=answer.headers, body=answer.body)
        if answer.chunked:
            response.enable_chunked_encoding()
        return response

    async def _restore(self, _: web.BaseRequest) -> web.Response:
        self._trouble.restore()
        return web.Response(status=204)

    async def _show_stats(self, _: web.BaseRequest) -> web.Response:
        return web.Response(body=encode_line(self.stats()), content_type="application/json")

    async def _show_seconds(self, _: web.BaseRequest) -> web.Response:
        lines = b"".join(map(encode_line, self._tally.seconds()))
        return web.Response(body=lines, content_type="application/x-ndjson")

    async def _show_truth(self, request: web.BaseRequest) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "application/x-ndjson"})
        await response.prepare(request)
        journeys = iter(self._world.journeys.values())
        while lines := b"".join(map(encode_line, islice(journeys, 500))):
            await response.write(lines)
        return response


def _show(page: Answer) -> web.Response:
    return web.Response(status=page.status, headers=page.headers, body=page.body)
