"""Pages that answer 200 and hold nothing of their site, and short pages that are content."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backlinkspider.core.html.parser import read_page
from backlinkspider.core.html.walls import absence_reason
from tests.support.real_pages import read_real_pages

SCRIPT = "<script src=/main.js></script>"
HOLLOW = [
    (
        "challenge",
        "a proof of work (Anubis)",
        "<title>Making sure you&#39;re not a bot!</title><h1>Making sure</h1><script>1</script>",
    ),
    (
        "challenge",
        "Cloudflare",
        "<title>Just a moment...</title><noscript>Enable JavaScript and cookies to continue</noscript><script>x",
    ),
    ("challenge", "Cloudflare's script", "<script src=/cdn-cgi/challenge-platform/h/g/orchestrate/chl_page/v1></script>"),
    ("challenge", "Incapsula", "<iframe src='/_Incapsula_Resource?b=1'>Request unsuccessful. Incident ID: 1</iframe>"),
    ("challenge", "DataDome", "<p>Please enable JS</p><script src='https://ct.captcha-delivery.com/c.js'></script>"),
    (
        "challenge",
        "AWS WAF",
        "<script>window.gokuProps = {}</script><script src='https://x.token.awswaf.com/challenge.js'></script>",
    ),
    ("challenge", "PerimeterX", "<h1>Press and hold</h1><div id=px-captcha></div><script>1</script>"),
    ("challenge", "Turnstile", "<p>One more step</p><form><div class=cf-turnstile></div></form>"),
    (
        "challenge",
        "Cloudflare in many languages",
        f"<p>{'Just a moment. ' * 99}</p><script>window._cf_chl_opt = {{cType: 'managed'}}</script>",
    ),
    (
        "challenge",
        "Cloudflare of 2019",
        "<div class='cf-browser-verification cf-im-under-attack'><h1>Checking your browser</h1></div><script>1</script>",
    ),
    ("challenge", "Cloudflare's words", "<h1>a.example</h1><h2>Verifying you are human</h2>Ray ID: 1<script>1</script>"),
    ("challenge", "a cookie gate", "<script>document.cookie='a=1'; location.reload()</script>"),
    ("challenge", "a login and nothing else", "<h1>Sign in</h1><form action=/login><input name=u><input type=password></form>"),
    ("challenge", "words of a wall with a reload", "<title>Security check</title><meta http-equiv=refresh content=5><p>Wait</p>"),
    (
        "needs_javascript",
        "React",
        f"<noscript>You need to enable JavaScript to run this app.</noscript><div id=root></div>{SCRIPT}",
    ),
    ("needs_javascript", "Vue", f"<div id=app></div>{SCRIPT}"),
    ("needs_javascript", "Angular", f"<app-root></app-root>{SCRIPT}"),
    ("needs_javascript", "a mount with a spinner", f"<div id=app><div class=spinner></div></div>{SCRIPT}"),
    (
        "needs_javascript",
        "an application with legal links for readers without scripts",
        f"<div id=root></div><noscript><a href=/privacy>Privacy</a> <a href=/terms>Terms</a></noscript>{SCRIPT}",
    ),
    ("needs_javascript", "Svelte", f"<body><div style='display: contents'>{SCRIPT}</div>"),
    ("needs_javascript", "only scripts", f"<title>Shop</title>{SCRIPT}"),
    ("no_content", "nothing", ""),
    ("no_content", "white space", "  \n <html><body> </body></html>"),
    ("no_content", "a title alone", "<title>Home</title>"),
    ("no_content", "a comment", "<body><!-- cache 7 -->"),
]
CONTENT = [
    ("a word", "<p>Hello"),
    ("text without markup", "It works!"),
    ("a list of links", "<a href=/a>a</a><a href=/b>b</a>"),
    ("a page under construction", "<h1>Under construction</h1><img src=x.png>"),
    ("a picture", "<img src=x.png>"),
    ("a frame", "<iframe src=/page></iframe>"),
    ("a frameset", "<frameset><frame src=/a></frameset>"),
    ("a refresh", "<meta http-equiv=refresh content='0; url=/home'>"),
    ("a short page with a tracker", f"<p>We are closed today.</p>{SCRIPT}<noscript><img src=/pixel></noscript>"),
    ("an application that the server drew", f"<div id=root><p>Oak chairs</p></div>{SCRIPT}"),
    ("a login page of a site", "<a href=/>Home</a><a href=/help>Help</a><form><input type=password></form>"),
    ("a contact form with a captcha", f"<p>{'word ' * 80}</p><form><div class=g-recaptcha></div></form>{SCRIPT}"),
    ("a page behind Cloudflare", "<p>Hello</p><script src=/cdn-cgi/challenge-platform/scripts/jsd/main.js></script>"),
    ("a letter to subscribe to", "<p>Soon here</p><form><input type=email><div class=h-captcha></div></form><script>1</script>"),
    ("an article with a wall's code", f"<p>{'word ' * 80}</p><pre>window._cf_chl_opt = 1</pre>{SCRIPT}"),
    ("an article with a wall's widget", f"<p>{'word ' * 80}</p><div class=cf-turnstile></div>{SCRIPT}"),
    ("an application with links that a server drew", f"<div id=root><a href=/a>A</a></div>{SCRIPT}"),
    ("an article about walls", f"<title>Just a moment: on Cloudflare</title><p>{'word ' * 80}</p>{SCRIPT}"),
    ("words of a wall and nothing that acts", "<title>Security check</title><p>Our guards walk at noon.</p>"),
    ("a shop that asks for JavaScript", f"<noscript>Please enable JavaScript</noscript><p>{'word ' * 40}</p>{SCRIPT}"),
]


@pytest.mark.parametrize(("reason", "markup"), [pytest.param(*case[::2], id=case[1]) for case in HOLLOW])
def test_a_page_that_holds_nothing_of_its_site(reason: str, markup: str) -> None:
    assert absence_reason(read_page("http://a.example/", markup.encode())) == reason


@pytest.mark.parametrize("markup", [pytest.param(markup, id=name) for name, markup in CONTENT])
def test_a_short_page_is_content(markup: str) -> None:
    assert absence_reason(read_page("http://a.example/", markup.encode())) is None


def test_no_real_page_is_a_wall(corpora: Path) -> None:
    pages = [read_page(page.url, page.body, content_type=page.content_type) for page in read_real_pages(corpora)]
    assert [page.url_from for page in pages if absence_reason(page) is not None] == []


@given(st.binary(max_size=300))
def test_nothing_raises(body: bytes) -> None:
    assert absence_reason(read_page("http://a.example/", body)) in (None, "challenge", "needs_javascript", "no_content")
