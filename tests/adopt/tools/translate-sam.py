"""Reads a packaged SAM template and parameters as JSON, and prints the CloudFormation template that AWS makes of it."""

import json
import os
import sys

from samtranslator.translator.transform import transform


class NoManagedPolicies:
    """AWS would be asked for the ARNs of managed policies only by a template that names one."""

    def load(self):
        return {}


# The translator takes the region for the names that it makes from here, and sends nothing.
os.environ["AWS_DEFAULT_REGION"] = "eu-west-1"
question = json.load(sys.stdin)
print(json.dumps(transform(question["template"], question["parameters"], NoManagedPolicies())))
