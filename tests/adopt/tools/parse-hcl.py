"""Reads HCL from standard input, as JSON text, and prints its blocks and attributes as JSON."""

import io
import json
import sys

import hcl2

print(json.dumps(hcl2.load(io.StringIO(json.load(sys.stdin)))))
