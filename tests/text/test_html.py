import pytest
from bounded import ends_within_limits
from hypothesis import given
from hypothesis import strategies as st

from pipeline.text.html import html_to_text, platform_pre

PRE = '<pre style="white-space: pre-wrap; white-space: -o-pre-wrap;">{}</pre>'


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>Hello&nbsp;Ann,</p><p>it   broke\n today.</p>", "Hello\xa0Ann,\n\nit broke today."),
        ("one<br>two<br/><BR />three", "one\ntwo\n\nthree"),
        ("<div>a</div><div>b</div>c", "a\nb\nc"),
        ("<pre>a  b\r\n  c\n\nd</pre>", "a  b\n  c\n\nd"),
        ("<style>p{}</style>x<SCRIPT>if (a<b) {'</p>'}</script>y<!-- no -->z", "xyz"),
        ("<title>t</title><!doctype html><?xml?>&lt;b&gt; &amp; &#9733;&#x2605;", "<b> & ★★"),
        ("<ul><li>one<li>two</ul>", "- one\n- two"),
        ("<tr><td>a</td><td>b</td></tr><tr><td>c</td></tr>", "a b\nc"),
        (
            "own<blockquote>old<blockquote>older</blockquote></blockquote>own",
            "own\n> old\n> > older\nown",
        ),
        ('<img alt="five > four"><a title=">">stars</a>', "five > fourstars"),
        ("a < b <3 c > d", "a < b <3 c > d"),
        ("open <b", "open <b"),
        ("<style>never closed", "never closed"),
        ("&#99999999999999999999;&#xd800;&#0;", "\ufffd\ufffd\ufffd"),
        ("", ""),
    ],
)
def test_text(markup: str, text: str) -> None:
    """Blocks are lines, quotations `>` lines, entities characters; scripts and styles are gone."""
    assert text == html_to_text(markup)


def test_platform_pre() -> None:
    """The buyer's words are the one element with the platform's style."""
    assert "It broke.\n Twice <ok>" == platform_pre(
        f"<p>You have received a message</p>{PRE.format('It broke.<br> Twice &lt;ok&gt;')}<p>footer"
    )
    assert "" == platform_pre(PRE.format(""))
    assert platform_pre(PRE.format("a") + PRE.format("b")) is None
    assert platform_pre("<pre>mine</pre>") is None


@given(st.text(alphabet="<>!-/?&#x;\"'= abpre\n\x00\ud800İ") | st.text())
def test_any_markup(markup: str) -> None:
    """Any text is read without an error, and text without markup is kept."""
    text = html_to_text(markup)

    if "<" not in markup and "&" not in markup:
        assert markup.split() == text.split()


@pytest.mark.parametrize(
    "piece",
    [
        *("<", "<!", "<!--", "<a ", "<a href='", '<a href="', "<a href='>", "&", "&#", "&#1", "</"),
        *("<![CDATA[", "<?", "<pre>", "<blockquote>", "<script>", "<style></", "<a b=\"'>", "<li>"),
        *("<script><!--", "<p a='1' ", "<title>", "İ<", "<pre>\n", "alt='", "1" * 9),
    ],
)
def test_hostile_markup_stays_linear(piece: str) -> None:
    """Markup made to be slow is not."""
    markup = "&#" + piece * (300_000 // len(piece)) + " > x"

    assert ends_within_limits(lambda: (html_to_text(markup), platform_pre(markup)))


def test_what_does_not_come_is_looked_for_once() -> None:
    """Scripts that nothing ends: each would search all that follows, a minute in all."""
    assert ends_within_limits(lambda: html_to_text("<script/>" * 200_000), cpu_seconds=10)
