"""What botocore signs, at the moment and with the credentials of a signature of ours.

Input: {"credentials": [key id, secret, session token], "hostname", "region", "tokens": {"admin", "role"},
        "cluster": {"name", "token"}, "request": {"headers", "body"},
        "object": {"method", "path", "headers"}}
Output: {"tokens": {"admin", "role"}, "authorization", "object", "cluster"}
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
    headers, body = asked["request"]["headers"], asked["request"]["body"]
    request = request_like("POST", "/", headers, body.encode())
    botocore.auth.SigV4Auth(session.get_credentials(), "secretsmanager", asked["region"]).add_auth(request)
    return request.headers["Authorization"]


def object_authorization():
    looked = asked["object"]
    request = request_like(looked["method"], looked["path"], looked["headers"], b"")
    botocore.auth.S3SigV4Auth(session.get_credentials(), "s3", asked["region"]).add_auth(request)
    return request.headers["Authorization"]


def request_like(method, path, headers, body):
    """The same request without its signature, at the same moment."""
    at(headers["x-amz-date"])
    signed = re.search(r"SignedHeaders=([^,]+)", headers["authorization"]).group(1).split(";")
    made = ("host", "x-amz-date", "x-amz-security-token", "x-amz-content-sha256")
    kept = {name: headers[name] for name in signed if name not in made}
    return AWSRequest(method, f"http://{headers['host']}{path}", headers=kept, data=body)


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


answer = {
    "tokens": dict(tokens()),
    "authorization": authorization(),
    "object": object_authorization(),
    "cluster": cluster(),
}
json.dump(answer, sys.stdout)
