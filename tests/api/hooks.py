"""Makes some of what schemathesis sends a duty that can be logged.

Left alone it would almost never hit upon a kind and a unit that exist, nor upon an end within a day of its start, and
would only ever see refusals. What it means to be wrong stays wrong: only well-formed values are replaced.
"""

import os
import uuid
from datetime import datetime, timedelta, timezone

import schemathesis

KIND, UNIT = os.environ["API_KIND"], os.environ["API_UNIT"]
DUTIES = os.environ["API_DUTIES"].split(",")
NEWEST = datetime(2026, 11, 21, 12, 0, tzinfo=timezone.utc)


def is_uuid(value):
    try:
        return isinstance(value, str) and len(value) == 36 and bool(uuid.UUID(value))
    except ValueError:
        return False


def is_instant(value):
    try:
        return isinstance(value, str) and datetime.fromisoformat(value.replace("Z", "+00:00")).tzinfo is not None
    except ValueError:
        return False


@schemathesis.hook
def map_body(context, body):
    if not isinstance(body, dict):
        return body
    if is_uuid(body.get("kind_id")) and is_uuid(body.get("unit_id")):
        body = {**body, "kind_id": KIND, "unit_id": UNIT}
    if is_instant(body.get("started_at")) and is_instant(body.get("ended_at")):
        number = sum(map(ord, body["started_at"] + body["ended_at"]))
        start = NEWEST - timedelta(minutes=number * 7)
        end = start + timedelta(minutes=30 + number % 600)
        body = {**body, "started_at": start.strftime("%Y-%m-%dT%H:%M:%SZ"), "ended_at": end.strftime("%Y-%m-%dT%H:%M:%SZ")}
    if isinstance(body.get("break_minutes"), int) and 30 <= body["break_minutes"] <= 1440:
        body = {**body, "break_minutes": body["break_minutes"] % 30}
    if body.get("allow_overlap") is False or ("allow_overlap" not in body and "kind_id" in body):
        body = {**body, "allow_overlap": True}
    if isinstance(body.get("revision"), int) and body["revision"] > 3:
        body = {**body, "revision": 1}
    return body


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    # Ids of version 7 are the server's own: of a duty that it has just logged or deleted, say.
    if path_parameters and is_uuid(path_parameters.get("id")) and uuid.UUID(path_parameters["id"]).version != 7:
        number = sum(map(ord, path_parameters["id"]))
        return {**path_parameters, "id": DUTIES[number % len(DUTIES)]}
    return path_parameters
