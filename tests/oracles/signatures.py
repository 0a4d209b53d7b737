"""What botocore signs, at the moment and with the credentials of a signature of ours.

Input: {"credentials": [key id, secret, session token], "hostname", "region", "tokens": {"admin", "role"},
        "cluster": {"name", "token"}, "request": {"headers", "body"}}
Output: {"tokens": {"admin", "role"}, "authorization", "cluster"}
"""

import base64
import datetime
import json
import re
import sys
import urllib.parse

import botocore.auth
import botocore.session
from botocore.awsrequest import AWSRequest
from botocore.model import ServiceId
from botocore.signers import RequestSigner

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


def cluster():
    """As `aws eks get-token` signs it."""
    named, region = asked["cluster"], asked["region"]
    at(date_of(base64.urlsafe_b64decode(named["token"].partition(".")[2] + "==").decode()))
    emitter = session.get_component("event_emitter")
    signer = RequestSigner(ServiceId("sts"), region, "sts", "v4", session.get_credentials(), emitter)
    order = {
        "method": "GET",
        "url": f"https://sts.{region}.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15",
        "body": {},
        "headers": {"x-k8s-aws-id": named["name"]},
        "context": {},
    }
    return signer.generate_presigned_url(order, region_name=region, expires_in=60, operation_name="")


json.dump({"tokens": dict(tokens()), "authorization": authorization(), "cluster": cluster()}, sys.stdout)
