"""Run as python -m tests.contract.clients.llama_stack URL KEY MODEL."""

import sys

from tests.contract.clients.checks import report
from tests.contract.clients.llama_stack import files, requests, stores
from tests.contract.clients.llama_stack.given import Given

if __name__ == "__main__":
    report({**files.CHECKS, **stores.CHECKS, **requests.CHECKS}, Given(*sys.argv[1:]))
