"""Which images count readers: a table, with the near misses that are pictures."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.core.beacons import is_beacon, is_hidden, is_pixel


@pytest.mark.parametrize(
    "url",
    [
        "http://feeds.feedburner.com/~r/News/~4/abcdef",
        "http://feeds.feedburner.com/~ff/News?d=yIl2AUoC8zA",
        "https://feedproxy.google.com/~r/News/~4/x",
        "http://feeds.feedblitz.com/~/i/123/0/news",
        "http://rc.feedsportal.com/r/123/u/49/f/1/c/2/s/3/rc.img",
        "http://news.feedsportal.com/c/1/f/2/s/3/mf.gif",
        "https://pixel.wp.com/b.gif?host=news.example&rand=1",
        "https://stats.wordpress.com/b.gif?v=noscript",
        "http://feeds.wordpress.com/1.0/comments/news.wordpress.com/1/",
        "https://www.google-analytics.com/collect?v=1&t=pageview",
        "https://ad.doubleclick.net/ddm/trackimp/N1;ord=1",
        "https://feedads.g.doubleclick.net/~a/x/0/di",
        "https://sb.scorecardresearch.com/p?c1=2&c2=3",
        "https://b.scorecardresearch.com./p?c1=2",
        "https://pixel.quantserve.com/pixel/p-1.gif",
        "https://www.facebook.com/tr?id=1&ev=PageView&noscript=1",
        "https://mc.yandex.ru/watch/123",
        "https://counter.yadro.ru/hit?t1",
        "https://c.statcounter.com/1/0/x/1/",
        "https://news.example/matomo.php?idsite=1&rec=1",
        "https://stats.news.example/piwik.php?idsite=1",
        "https://news.example/img/1x1.gif",
        "https://media.npr.org/include/images/tracking/npr-rss-pixel.png?story=1",
        "https://npr.example/rss-pixel.png",
        "https://news.us1.list-manage.com/track/open.php?u=1",
        "https://medium.com/_/stat?event=post.clientViewed&referrerSource=full_rss",
        "https://blogger.googleusercontent.com/tracker/123-456",
    ],
)
def test_known_beacons_are_told(url: str) -> None:
    """The hosts and paths that count readers of feeds, in any of their forms."""
    assert is_beacon(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://news.example/2023/09/photo.jpg",
        "https://news.example/doubleclick.net/photo.jpg",
        "https://notdoubleclick.net/photo.jpg",
        "https://doubleclick.net.news.example/photo.jpg",
        "https://net/photo.jpg",
        "https://feeds.feedburner.com/photo.jpg",
        "https://feeds.feedburner.com/~news/photo.jpg",
        "https://i0.wp.com/news.example/photo.jpg",
        "https://news.wordpress.com/b.gif",
        "https://stats.wordpress.com/chart.png",
        "https://facebook.com/trails/photo.jpg",
        "https://scontent.facebook.com/tr/photo.jpg",
        "https://avatars.mds.yandex.net/get-news/1/photo",
        "https://static.mail.ru/photo.png",
        "https://blogger.googleusercontent.com/img/b/photo.jpg",
        "https://medium.com/_/static/photo.jpg",
        "https://media.npr.org/assets/img/photo.jpg",
        "https://news.example/pixel-art.gif",
        "https://news.example/google-pixel.jpg",
        "https://news.example/matomo.php/photo.jpg",
        "https://news.example/wp-content/plugins/gallery/photo.gif",
        "https://[::1",
        "",
    ],
)
def test_pictures_are_none(url: str) -> None:
    """A picture stays whose address only resembles that of a beacon."""
    assert not is_beacon(url)


@given(st.text(max_size=60), st.text(max_size=20))
def test_any_address_is_answered(rest: str, size: str) -> None:
    """Whatever stands in an address, a size or a style, there is an answer."""
    assert is_beacon(f"https://{rest}") in {True, False}
    assert is_pixel(size) in {True, False}
    assert is_hidden(rest) in {True, False}


@pytest.mark.parametrize("size", ["1", "0", "1px", " 01 ", "1.0", "0.5px"])
def test_one_or_no_pixel_is_nothing(size: str) -> None:
    """What is one pixel wide or high is not there to be seen."""
    assert is_pixel(size)


@pytest.mark.parametrize("size", ["10", "1%", "100%", "", "auto", "1em", "1 2", "-1"])
def test_other_sizes_are_seen(size: str) -> None:
    """Everything else may be a picture."""
    assert not is_pixel(size)


@pytest.mark.parametrize(
    "style",
    [
        "display:none",
        "border:0;DISPLAY : none !important;",
        "visibility:hidden",
        "width:1px;height:1px",
        "max-height: 0",
        "height:1px!important",
    ],
)
def test_hidden_styles_are_told(style: str) -> None:
    """A style that hides a picture tells that it counts."""
    assert is_hidden(style)


@pytest.mark.parametrize(
    "style",
    [
        "",
        "display:block",
        "opacity:0",
        "width:100%",
        "border-width:1px",
        "height:1pxx",
        "width:10px",
    ],
)
def test_other_styles_are_seen(style: str) -> None:
    """A picture that is faded in, or has a thin border, stays."""
    assert not is_hidden(style)
