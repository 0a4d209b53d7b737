"""Holds inputs of AWS operations to botocore's service models: its own validation, and what it leaves out of it.

Input: [{"service", "operation", "input"}]; a date is {"$date": ISO}, bytes are {"$bytes": base64}.
Output: [[problem, ...], ...], one list for each input.
"""

import base64
import datetime
import json
import re
import sys

import botocore.session
from botocore.validate import ParamValidator

SESSION = botocore.session.get_session()
# The JavaScript SDK's names of services, where botocore has others.
NAMES = {"eventbridge": "events", "sfn": "stepfunctions"}
# Java's classes, which Python does not know.
# Those of letters, blanks and numbers stand in a set together, where these words of Python mean the same.
CLASSES = {r"\p{ASCII}": r"[\x00-\x7f]", r"\p{L}": r"\w", r"\p{Z}": r"\s", r"\p{N}": r"\d"}


def plain(value):
    if isinstance(value, list):
        return [plain(one) for one in value]
    if not isinstance(value, dict):
        return value
    if "$date" in value:
        return datetime.datetime.fromisoformat(value["$date"].replace("Z", "+00:00"))
    if "$bytes" in value:
        return base64.b64decode(value["$bytes"])
    return {name: plain(one) for name, one in value.items()}


def pattern_of(text):
    for java, python in CLASSES.items():
        text = text.replace(java, python)
    return re.compile(text)


def size_of(value):
    # AWS counts characters as Java does.
    return len(value.encode("utf-16-le", "surrogatepass")) // 2 if isinstance(value, str) else len(value)


def bounds(shape, value, at):
    """Lengths of strings, lists, maps and blobs; sizes of numbers. botocore checks the lower bounds alone."""
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    is_number = isinstance(value, (int, float))
    size = value if is_number else size_of(value)
    what = "the value" if is_number else "the length"
    if low is not None and size < low:
        yield f"{at}: {what} {size} is below {low}"
    if high is not None and size > high:
        yield f"{at}: {what} {size} is above {high}"


def further(shape, value, at):
    """What the model says and botocore leaves to the service."""
    kind = shape.type_name
    if kind == "structure" and isinstance(value, dict):
        for name, one in value.items():
            if name in shape.members:
                yield from further(shape.members[name], one, f"{at}.{name}")
        return
    if kind in ("timestamp", "boolean") or value is None:
        return
    yield from bounds(shape, value, at)
    if kind == "list" and isinstance(value, list):
        for index, one in enumerate(value):
            yield from further(shape.member, one, f"{at}[{index}]")
    if kind == "map" and isinstance(value, dict):
        for key, one in value.items():
            yield from further(shape.key, key, f"{at} key")
            yield from further(shape.value, one, f"{at}.{key}")
    if kind == "string" and isinstance(value, str):
        yield from text_problems(shape, value, at)


def text_problems(shape, value, at):
    if any("\ud800" <= one <= "\udfff" for one in value):
        yield f"{at}: half a character, which no UTF-8 has"
    known, pattern = shape.metadata.get("enum"), shape.metadata.get("pattern")
    if known and value not in known:
        yield f"{at}: {value!r} is none of {', '.join(known)}"
    if pattern and not pattern_of(pattern).fullmatch(value):
        yield f"{at}: {value[:80]!r} does not match {pattern}"


def problems(service, operation, given):
    model = SESSION.get_service_model(NAMES.get(service, service))
    if operation not in model.operation_names:
        return [f"{service} has no operation {operation}"]
    shape = model.operation_model(operation).input_shape
    value = plain(given)
    report = ParamValidator().validate(value, shape)
    own = report.generate_report().splitlines() if report.has_errors() else []
    return [*own, *further(shape, value, operation)]


json.dump([problems(one["service"], one["operation"], one["input"]) for one in json.load(sys.stdin)], sys.stdout)
