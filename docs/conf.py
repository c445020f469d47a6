"""The site of the documentation: Sphinx reads the Markdown of this repository. See build.py.

Pages are written as GitHub shows them. Their dialect is the same here (CommonMark with tables),
and so are the anchors of headings; only the navigation is added.
"""

from sphinx.application import Sphinx

project = html_title = "vectorstores"
extensions = ["myst_parser"]
html_theme = "furo"
html_show_sourcelink = False
html_copy_source = False
html_use_index = False  # there is no glossary to list
root_doc = "README"
include_patterns = ["*.md", "docs/*.md", "docs/decisions/*.md", "docs/samples/README.md"]
myst_heading_anchors = 4
# Samples of JSON and Python may leave things out with "…", which is no syntax.
suppress_warnings = ["misc.highlighting_failure"]

NAVIGATION = {
    "README": {
        "Use it": ["docs/api", "docs/formats", "docs/search", "docs/samples/README"],
        "Run it": ["docs/operations", "docs/settings", "docs/scaling", "docs/reliability"],
        "Judge it": ["docs/comparison", "docs/performance", "docs/quality"],
        "Change it": [
            "CONTRIBUTING",
            "docs/architecture",
            "docs/development",
            "docs/decisions/README",
            "SECURITY",
            "CHANGELOG",
        ],
    },
    "docs/decisions/README": {"Decisions": ["0*"]},
}
"""By page and caption, the pages below it. A page that is in none of them fails the build."""


def setup(app: Sphinx) -> None:
    app.connect("source-read", add_navigation)


def add_navigation(app: Sphinx, page: str, source: list[str]) -> None:
    """Append the page's part of the navigation, which would be clutter on GitHub."""
    for caption, pages in NAVIGATION.get(page, {}).items():
        entries = "\n".join(pages)
        source[0] += f"\n```{{toctree}}\n:hidden:\n:glob:\n:caption: {caption}\n\n{entries}\n```\n"
