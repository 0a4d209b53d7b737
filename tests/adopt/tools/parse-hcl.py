"""Reads HCL from standard input, as JSON text, and prints its blocks and attributes as JSON."""

import io
import json
import sys

import hcl2

options = hcl2.SerializationOptions(explicit_blocks=False, strip_string_quotes=True, with_comments=False)
print(json.dumps(hcl2.load(io.StringIO(json.load(sys.stdin)), serialization_options=options)))
