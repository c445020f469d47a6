"""Run as python -m tests.contract.clients.litellm_python URL KEY MODEL PROVIDER."""

import os
import sys

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"  # or it asks the internet for prices

import litellm

from tests.contract.clients.checks import report
from tests.contract.clients.litellm_python import errors, files, store_files, stores
from tests.contract.clients.litellm_python.given import Given

litellm.telemetry = False
litellm.suppress_debug_info = True

if __name__ == "__main__":
    given = Given(*sys.argv[1:])
    groups = (
        [stores, errors] if given.provider == "pg_vector" else [files, stores, store_files, errors]
    )
    report({name: check for group in groups for name, check in group.CHECKS.items()}, given)
