"""Images that no reader is meant to see: they count readers. Told by address, size and style.

A pure table. The hosts are those that counted readers in feeds of the last
twenty years, and the counters of the Russian and Armenian web; a host that
also serves pictures is listed with the paths that count.
"""

import re
from functools import lru_cache
from urllib.parse import urlsplit

_HOSTS = frozenset(
    re.findall(
        r"\S+",
        # Counters and analytics.
        "google-analytics.com googletagmanager.com scorecardresearch.com quantserve.com"
        " imrworldwide.com statcounter.com chartbeat.net gemius.pl gemius.com"
        " pixel.wp.com stats.wp.com omtrdc.net 2o7.net krxd.net"
        " webtrends.com nuggad.net ioam.de iocnt.net xiti.com ati-host.net weborama.fr parsely.com"
        " histats.com hitwebcounter.com sitemeter.com extremetracking.com webtrekk.net"
        " clicky.com bluekai.com demdex.net luckyorange.com"
        # The Russian and Armenian web.
        " mc.yandex.ru mc.yandex.com counter.yadro.ru tns-counter.ru counter.rambler.ru"
        " top-fwz1.mail.ru top-fwz2.mail.ru counter.24log.ru hotlog.ru circle.am"
        # Advertisers that are asked for one picture for each reader.
        " doubleclick.net googlesyndication.com googleadservices.com adnxs.com mathtag.com"
        " bat.bing.com analytics.twitter.com ads.linkedin.com taboola.com"
        " outbrain.com criteo.com criteo.net rubiconproject.com adsrvr.org casalemedia.com"
        " amazon-adsystem.com assoc-amazon.com moatads.com serving-sys.com smartadserver.com"
        # Those that counted for publishers of feeds and of letters.
        " feedsportal.com pheedo.com feedads.com mediafed.com"
        " list-manage.com sendgrid.net mailtrack.io mandrillapp.com",
    )
)
"""Whole hosts, with everything below them."""

_PATHS = {
    "feeds.feedburner.com": re.compile(r"/~(?:r|ff|f|a)/"),
    "feeds2.feedburner.com": re.compile(r"/~(?:r|ff|f|a)/"),
    "feedproxy.google.com": re.compile(r"/~(?:r|ff|f|a)/"),
    "feeds.feedblitz.com": re.compile(r"/(?:~|_)/"),
    "stats.wordpress.com": re.compile(r"/[bg]\.gif"),
    "feeds.wordpress.com": re.compile(r"/1\.0/"),
    "facebook.com": re.compile(r"/tr/?\Z"),
    "medium.com": re.compile(r"/_/stat\Z"),
    "t.co": re.compile(r"/i/adsct\Z"),
    "blogger.googleusercontent.com": re.compile(r"/tracker/"),
    "vk.com": re.compile(r"/rtrg\Z"),
    "media.npr.org": re.compile(r"/include/images/tracking/"),
    "rss.nytimes.com": re.compile(r"/c/"),
}
"""Hosts of which only these paths count."""

_EVERYWHERE = re.compile(
    r"/(?:piwik|matomo)\.php\Z|/wp-content/plugins/[^/]*(?:stats|statistics|track|counter)[^/]*/[^?]*\.(?:php|gif)\Z"
    r"|/(?:tracking|track|web|rss|feed|spy|t)[-_]?pixel\.(?:gif|png|php|aspx?)\Z"
    r"|/(?:pixel|1x1|clear|blank|spacer|beacon|__utm)\.gif\Z|/track/open(?:\.php)?\Z",
    re.IGNORECASE,
)
"""Paths that count wherever they stand: programs that publishers run themselves."""

_NOTHING = re.compile(r"\s*0*[01](?:\.[0-9]*)?(?:px)?\s*", re.ASCII)
_UNSEEN = re.compile(
    r"(?:\A|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden"
    r"|(?:max-)?(?:width|height)\s*:\s*0*[01](?:\.[0-9]*)?(?:px)?\s*(?:!|;|\Z))",
    re.IGNORECASE | re.ASCII,
)
_LONGEST_STYLE = 500


@lru_cache(maxsize=4096)
def is_beacon(url: str) -> bool:
    """Whether an absolute address is known to count readers rather than to show a picture."""
    try:
        parts = urlsplit(url)
        name = (parts.hostname or "").rstrip(".").removeprefix("www.")
    except ValueError:  # brackets that hold no IPv6 address
        return False
    counts = _PATHS.get(name)
    if counts is not None and counts.match(parts.path):
        return True
    return _is_listed(name) or _EVERYWHERE.search(parts.path) is not None


def _is_listed(name: str) -> bool:
    while "." in name:
        if name in _HOSTS:
            return True
        name = name.partition(".")[2]
    return False


def is_pixel(size: str) -> bool:
    """Whether a width or height as HTML writes it leaves nothing to be seen: 0, 1, "1px"."""
    return _NOTHING.fullmatch(size) is not None


def is_hidden(style: str) -> bool:
    """Whether a style as HTML writes it leaves nothing to be seen.

    Transparent ones are seen: pages fade their pictures in.
    """
    return _UNSEEN.search(style[:_LONGEST_STYLE]) is not None
