"""Loads what is published of every attack of the corpus in a real browser, and watches it.

    .venv/bin/python benchmarks/browser_safety.py [--browser PATH] [--every N] [--json]

Each text is read as a document, then set as innerHTML and once more from what
that became. Then every element is clicked, focused and sent events. Watched
are scripts that run (a canary), dialogs, requests (all are answered here; only
images may be asked for, without a referrer), leaving the page, and elements,
attributes and addresses beyond what may be published.

First the raw attacks are loaded: most of them must fire, else the instrument is
broken. Ends with exit code 1 on any finding or a broken instrument, with 2
where there is no Chromium that can be used.
"""

import argparse
import json
import sys
from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.xss import ATTRIBUTES, TAGS, Case, load_cases, make_safe

from chromium import Browser, BrowserError, Message, open_browser

_BROWSERS = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
_HOME = "http://page.example/"
_LOAD_SECONDS = 5.0
_REST_MILLISECONDS = 60
_FIRING = 0.5
"""The part of the raw attacks that must fire; the others are for other browsers, or are mere
oddities that a cleaner may stumble over."""
_FRAME = '<!DOCTYPE html><html><head><meta charset="utf-8"><link rel="icon" href="data:,"><title>t'
_FRAME += '</title></head><body><div id="before"></div><div id="entry">{}</div>'
_FRAME += '<div id="after">after</div></body></html>'

_POKE = """
(async () => {
  const events = ['mouseover', 'mouseenter', 'pointerenter', 'focus', 'focusin', 'toggle', 'copy',
    'contextmenu', 'animationstart', 'beforeprint', 'keydown', 'wheel'];
  for (const one of document.querySelectorAll('*')) {
    for (const name of events) one.dispatchEvent(new Event(name, {bubbles: true}));
    if (one.focus) one.focus();
    const leads = /^(https?|mailto|tel|sms|intent|ms-word|file):$/.test(one.protocol || '');
    if (one.click && !leads && one.type !== 'file') one.click();
  }
  await new Promise(done => setTimeout(done, REST));
})()
"""
_INSPECT = """
(() => {
  const tags = new Set(TAGS), attributes = new Set(ATTRIBUTES), found = [];
  const own = new Set(['before', 'entry', 'again', 'after']);
  const after = document.getElementById('after');
  const there = [...document.body.children].map(one => one.id).filter(id => id !== 'again').join();
  if (there !== 'before,entry,after') found.push('it leaves its place: ' + there);
  if (document.head.children.length !== 3) found.push('it reaches the head of the document');
  for (const one of document.body.querySelectorAll('*')) {
    if (own.has(one.id)) continue;
    const name = one.localName;
    if (one.namespaceURI !== 'http://www.w3.org/1999/xhtml' || !tags.has(name))
      found.push('element ' + name);
    for (const each of one.attributes)
      if (each.name.startsWith('on') || !attributes.has(each.name))
        found.push('attribute ' + each.name + ' of ' + name);
    for (const key of ['href', 'src', 'cite'])
      if (one.hasAttribute(key) && !/^(https?|mailto):/.test(one[key])) found.push(key + one[key]);
    if (name === 'img' && (one.referrerPolicy !== 'no-referrer' || one.loading !== 'lazy'))
      found.push('an image that tells from where it is loaded, or is not loaded late');
  }
  return found;
})()
"""


@dataclass
class Watch:
    """What one page did, in a tab in which every request is answered here."""

    browser: Browser
    page: str = ""
    loaded: bool = False
    findings: list[str] = field(default_factory=list)

    def start(self) -> None:
        """Have all that happens in the tab told."""
        self.browser.hear = self._hear
        for name in ("Page.enable", "Runtime.enable", "Network.enable"):
            self.browser.call(name)
        self.browser.call("Runtime.addBinding", name="canary")
        # In every frame; a binding itself takes nothing but one text.
        canary = "window.ran = () => canary('')"
        self.browser.call("Page.addScriptToEvaluateOnNewDocument", source=canary)
        self.browser.call("Fetch.enable", patterns=[{"urlPattern": "*"}])

    def load(self, page: str) -> None:
        """Load a page and begin to collect anew."""
        self.page, self.loaded, self.findings = page, False, []
        self.browser.call("Page.navigate", url=_HOME)
        self.browser.listen(_LOAD_SECONDS, lambda: self.loaded)

    def poke(self) -> None:
        """Touch everything in the page, then wait for what comes of it."""
        try:
            self.browser.evaluate(_POKE.replace("REST", str(_REST_MILLISECONDS)))
        except BrowserError as error:
            self.findings.append(f"the page went away: {error}")

    def inspect(self) -> None:
        """Collect what stands in the page and may not."""
        script = _INSPECT.replace("TAGS", json.dumps(sorted(TAGS)))
        script = script.replace("ATTRIBUTES", json.dumps(sorted(ATTRIBUTES)))
        self.findings += self.browser.evaluate(script)

    def _hear(self, event: Message) -> None:
        params = event["params"]
        match event["method"]:
            case "Page.loadEventFired":
                self.loaded = True
            case "Runtime.bindingCalled":
                self.findings.append("a script ran")
            case "Page.javascriptDialogOpening":
                self.findings.append("a dialog opened")
                self.browser.send("Page.handleJavaScriptDialog", accept=False)
            case "Fetch.requestPaused":
                self._answer(params)
            case "Page.frameNavigated" if self._leads_away(params["frame"]):
                self.findings.append(f"a frame shows {params['frame']['url'][:60]}")

    def _leads_away(self, frame: Message) -> bool:
        return bool(frame["url"] != _HOME and (self.loaded or "parentId" in frame))

    def _answer(self, params: Message) -> None:
        url, kind = params["request"]["url"], params["resourceType"]
        answer, media = "", "text/plain"
        if url == _HOME and kind == "Document" and not self.loaded:
            answer, media = self.page, "text/html; charset=utf-8"
        else:
            self._judge(url, kind, params["request"]["headers"])
            if kind == "Script":
                answer, media = "ran(1)", "text/javascript"
        if not answer:
            reason = "BlockedByClient"
            self.browser.send(
                "Fetch.failRequest", requestId=params["requestId"], errorReason=reason
            )
            return
        self.browser.send(
            "Fetch.fulfillRequest",
            requestId=params["requestId"],
            responseCode=200,
            responseHeaders=[{"name": "Content-Type", "value": media}],
            body=b64encode(answer.encode("utf-8", "surrogatepass")).decode(),
        )

    def _judge(self, url: str, kind: str, headers: Message) -> None:
        told = {name.lower() for name in headers}
        if kind != "Image" or not url.startswith(("http://", "https://")):
            self.findings.append(f"a request for a {kind}: {url[:60]}")
        elif "referer" in told:
            self.findings.append(f"an image was told from where it is asked for: {url[:60]}")


def main() -> int:
    """Run the whole comparison; the exit code."""
    args = _read_arguments()
    binary = args.browser or next((Path(one) for one in _BROWSERS if Path(one).exists()), None)
    if binary is None:
        print("no Chromium found; install it, or name one with --browser PATH", file=sys.stderr)
        return 2
    cases = load_cases()[:: args.every]
    try:
        fired, found = _compare(binary, cases)
    except BrowserError as error:
        print(f"{binary} cannot be used: {error}", file=sys.stderr)
        return 2
    working = len(fired) >= _FIRING * len(cases)
    if args.json:
        print(json.dumps({"cases": len(cases), "fired": len(fired), "findings": found}))
    else:
        _print(cases, fired, found, working=working)
    return int(bool(found) or not working)


def _compare(binary: Path, cases: Sequence[Case]) -> tuple[list[str], dict[str, list[str]]]:
    """The raw attacks that fire, and what is found in what is published of all."""
    with open_browser(binary) as browser:
        watch = Watch(browser)
        watch.start()
        fired = [case.name for case in cases if _fires(watch, case)]
        found = {case.name: faults for case in cases if (faults := list(_watch(watch, case)))}
    return fired, found


def _fires(watch: Watch, case: Case) -> bool:
    """Whether the raw attack does something, which shows that it would be seen."""
    watch.load(_FRAME.format(case.value))
    watch.poke()
    if not watch.findings:
        _set_inner(watch, case.value)
        watch.poke()
    return bool(watch.findings)


def _watch(watch: Watch, case: Case) -> Iterator[str]:
    """What is wrong with what is published of an attack, read in both ways."""
    safe = make_safe(case)
    watch.load(_FRAME.format(safe))
    _finish(watch, case)
    yield from (f"as a document: {what}" for what in watch.findings)
    _set_inner(watch, safe)
    _finish(watch, case)
    yield from (f"as innerHTML: {what}" for what in watch.findings)


def _finish(watch: Watch, case: Case) -> None:
    """A title is text: what it holds of tags is not ours, what they do is."""
    watch.poke()
    if case.where == "content":
        watch.inspect()


def _set_inner(watch: Watch, text: str) -> None:
    """Set a text as innerHTML, and what that became as another element's."""
    watch.load(_FRAME.format(""))
    value = json.dumps(text)
    watch.browser.evaluate(
        f"entry.innerHTML = {value}; const again = document.createElement('div');"
        "again.id = 'again'; again.innerHTML = entry.innerHTML; document.body.append(again); 0"
    )


def _print(
    cases: Sequence[Case], fired: Sequence[str], found: dict[str, list[str]], *, working: bool
) -> None:
    print(f"{len(cases)} attacks; raw, {len(fired)} of them did something in the browser")
    if not working:
        print("so few of them show that the instrument is broken")
    for name, faults in found.items():
        for what in faults:
            print(f"{name}: {what}")
    print(f"cleaned, {len(found)} of them did something")


def _read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--browser", type=Path, help="the Chromium to use")
    parser.add_argument("--every", type=int, default=1, help="take each Nth attack only")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
