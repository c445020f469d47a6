from pathlib import Path

import pytest

from benchmarks.quality.corpus import document
from benchmarks.quality.pages import Heading, parts

PAGE = """
<html><head><title>No text</title></head><body>
<div class="navheader"><a href="x">Prev</a></div>
<div class="section"><h2>14.1. Using EXPLAIN<a class="headerlink">¶</a></h2>
<div class="toc"><ul><li>14.1.1. Basics</li></ul></div>
<p>A plan   is a
tree.</p><div class="note"><h3>Note</h3><p>Costs are not times.</p></div>
<pre>  -> Seq
     Scan</pre>
<table><tr><th>name</th><th>size</th></tr><tr><td>int</td><td>4</td></tr></table>
</div></body></html>
"""

POD = """=head1 What is C<E<lt>FILEE<gt>>?

=over 4

=item B<-i I<extension>>

See L<perlop|perlop/Operators> and C<< $a->[0] >>.X<index>

    my $line = <STDIN>;

=cut
"""


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "page.html"
    path.write_text(PAGE)
    return path


def test_html_becomes_text_under_headings_without_navigation(page: Path):
    heading, text = [part for part in parts(page) if part]

    assert heading == Heading("Using EXPLAIN")
    assert isinstance(text, str)
    assert "A plan is a tree." in text
    assert "Prev" not in text and "Basics" not in text


def test_an_aside_is_part_of_its_section(page: Path):
    _, text = [part for part in parts(page) if part]

    assert isinstance(text, str)
    assert "Costs are not times." in text


def test_code_keeps_its_lines_and_cells_stay_apart(page: Path):
    _, text = [part for part in parts(page) if part]

    assert isinstance(text, str)
    assert "  -> Seq\n     Scan" in text
    assert "int  4" in text


def test_pod_becomes_text_without_formatting_codes(tmp_path: Path):
    path = tmp_path / "page.pod"
    path.write_text(POD)

    found = list(parts(path))

    assert found == [
        Heading("What is <FILE>?"),
        "-i extension\n\nSee perlop and $a->[0].\n\n    my $line = <STDIN>;",
    ]


def test_a_title_used_as_a_question_appears_in_no_text():
    made = document("a", [Heading("One"), "first", Heading("Two"), "second"], untitled={"Two"})

    assert "One" in made.text
    assert "Two" not in made.text
    assert [made.body(section) for section in made.sections] == ["first", "second"]
