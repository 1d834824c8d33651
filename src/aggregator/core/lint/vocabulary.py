"""The words of HTML: elements (HTML, section 4, and what came before it), and what is risky."""

from aggregator.core.lint.words import words

VOID = words("area base br col embed hr img input link meta param source track wbr")
SELF_CLOSING = words(
    "p li dt dd tr td th thead tbody tfoot colgroup option optgroup rp rt body html head"
)
"""Elements whose end may be left out (HTML, 13.1.2.4)."""
RISKY = words(
    "applet base basefont body embed form frame frameset head html iframe isindex link meta"
    " noembed noframes noscript object param plaintext script style template textarea title xmp"
    " input button select option optgroup"
)
"""Elements that run, load, submit or redefine something, or swallow what follows."""
PLAIN = words(
    "a abbr acronym address area article aside audio b bdi bdo big blockquote br canvas caption"
    " center cite code col colgroup data dd del details dfn dialog dir div dl dt em fieldset"
    " figcaption figure font footer h1 h2 h3 h4 h5 h6 header hgroup hr i img ins kbd label legend"
    " li main map mark menu meter nav ol output p picture pre progress q rb rp rt rtc ruby s samp"
    " search section small source span strike strong sub summary sup table tbody td tfoot th thead"
    " time tr track tt u ul var video wbr"
)
FOREIGN = words("svg math")
ELEMENTS = PLAIN | RISKY | FOREIGN

ATTRIBUTES = words(
    "abbr align allowfullscreen alt aria-hidden aria-label axis background bgcolor border"
    " bordercolor cellpadding cellspacing char charoff charset checked cite class clear color cols"
    " colspan compact controls coords crossorigin datetime decoding default dir disabled download"
    " draggable face fetchpriority for frame headers height hidden high href hreflang hspace id"
    " inert ismap itemid itemprop itemref itemscope itemtype kind label lang list loading loop low"
    " max media min muted name nohref noshade nowrap open optimum playsinline poster preload"
    " referrerpolicy rel rev reversed role rows rowspan rules scope shape size sizes span src"
    " srclang srcset start summary tabindex target title translate type usemap valign value"
    " vspace width"
)
"""Attributes that change how a text looks or is read, never what a reader does."""

OTHER_ATTRIBUTES = words(
    "accept accept-charset accesskey alink allow as async autocapitalize autocomplete autocorrect"
    " autofocus autoplay blocking contenteditable declare defer dirname enctype enterkeyhint"
    " form formenctype formmethod formnovalidate formtarget frameborder imagesizes"
    " imagesrcset inputmode integrity is language link longdesc marginheight marginwidth"
    " maxlength method minlength multiple nonce noresize novalidate pattern placeholder popover"
    " popovertarget popovertargetaction prompt readonly required sandbox scheme scrolling selected"
    " shadowrootmode shadowrootdelegatesfocus slot spellcheck standby step text valuetype version"
    " vlink wrap writingsuggestions"
)
"""The other attributes of HTML, which nobody need be told of: their elements are judged."""

ON_WORDS = words(
    "on once oncoming one ones oneself onerous ongoing onion onions online onlooker onlookers only"
    " onset onshore onslaught onstage onto onus onward onwards onyx"
)
"""Words left of a title whose quotes broke, as in title="the "only" one": no handler bears them."""

RISKY_ATTRIBUTES = words(
    "action archive classid code codebase content data dynsrc formaction http-equiv lowsrc manifest"
    " object ping profile srcdoc"
)
"""Attributes that load, submit or report something, beside those of events."""

ADDRESSES = words("href src cite poster background longdesc usemap")
CODE_SCHEMES = words("javascript vbscript livescript mocha data file blob")

STYLES = words(
    "background-color border border-bottom border-collapse border-color border-left border-right"
    " border-spacing border-style border-top border-width clear color direction float font"
    " font-family font-size font-style font-variant font-weight height letter-spacing line-height"
    " list-style-type margin margin-bottom margin-left margin-right margin-top max-height"
    " max-width min-height min-width overflow padding padding-bottom padding-left padding-right"
    " padding-top text-align text-decoration text-indent unicode-bidi vertical-align white-space"
    " width word-spacing word-wrap"
)
"""Properties that stay inside their element and load nothing."""
