"""The versions of packages, by their names."""

import importlib.metadata
import json
import sys

json.dump({name: importlib.metadata.version(name) for name in json.load(sys.stdin)}, sys.stdout)
