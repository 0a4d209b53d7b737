"""What botocore signs, at the moment and with the credentials of a signature of ours.

Input: {"credentials": [key id, secret, session token], "hostname", "region", "tokens": {"admin", "role"},
        "request": {"headers", "body"}}
Output: {"tokens": {"admin", "role"}, "authorization"}
"""

import datetime
import json
import re
import sys
import urllib.parse

import botocore.auth
import botocore.session
from botocore.awsrequest import AWSRequest

asked = json.load(sys.stdin)
session = botocore.session.Session()
session.set_credentials(*asked["credentials"])


def at(moment):
    frozen = datetime.datetime.strptime(moment, "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.timezone.utc)
    botocore.auth.get_current_datetime = lambda remove_tzinfo=True: frozen.replace(tzinfo=None) if remove_tzinfo else frozen


def date_of(token):
    return urllib.parse.parse_qs(token.partition("?")[2])["X-Amz-Date"][0]


def tokens():
    dsql = session.create_client("dsql", region_name=asked["region"])
    makers = {"admin": dsql.generate_db_connect_admin_auth_token, "role": dsql.generate_db_connect_auth_token}
    for name, make in makers.items():
        at(date_of(asked["tokens"][name]))
        yield name, make(Hostname=asked["hostname"], Region=asked["region"], ExpiresIn=900)


def authorization():
    headers = asked["request"]["headers"]
    at(headers["x-amz-date"])
    signed = re.search(r"SignedHeaders=([^,]+)", headers["authorization"]).group(1).split(";")
    kept = {name: headers[name] for name in signed if name not in ("host", "x-amz-date", "x-amz-security-token")}
    request = AWSRequest("POST", f"http://{headers['host']}/", headers=kept, data=asked["request"]["body"].encode())
    botocore.auth.SigV4Auth(session.get_credentials(), "secretsmanager", asked["region"]).add_auth(request)
    return request.headers["Authorization"]


json.dump({"tokens": dict(tokens()), "authorization": authorization()}, sys.stdout)
