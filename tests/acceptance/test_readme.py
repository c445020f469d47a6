"""The README's snippet, pasted and run as a newcomer would."""

import re
import subprocess
import sys

from tests.live import ROOT, StartService


def test_the_snippet_prints_what_the_readme_says(whole_service: StartService):
    readme = (ROOT / "README.md").read_text()
    [(snippet, output)] = re.findall(r"```python\n(.+?)```\s+```\n(.+?)```", readme, re.DOTALL)

    with whole_service(EMBEDDING_BACKEND="local") as live:
        pasted = snippet.replace("http://127.0.0.1:8000/v1", live.url).replace("sk-…", live.api_key)
        done = subprocess.run(
            [sys.executable, "-c", pasted], cwd=ROOT, capture_output=True, text=True, check=False
        )

    assert done.stdout == output, done.stderr
