"""The classes of findings: their severity, and what each means.

A class that the W3C's feed validator has bears its name and severity, so that
people can look it up there; the others are marked. docs/validating.md lists
them, and a test keeps the two in step.
"""

from aggregator.core.lint.values import Severity

_ERRORS = {
    "BadXmlVersion": "The document says it is another XML than 1.0.",
    "DuplicateAtomLink": "Two alternate links of one type and language.",
    "DuplicateElement": "An element that may stand once stands twice.",
    "DuplicateIds": "All entries have one id.",
    "DuplicateValue": "Two items of RSS or JSON Feed have one id.",
    "IncorrectDOW": "The weekday is not that of the date.",
    "InvalidBooleanAttribute": "A value that must be true or false is neither.",
    "InvalidContact": "The author of an RSS item or a managing editor is no e-mail address.",
    "InvalidDoctype": "The document declares entities, which readers refuse.",
    "InvalidFullLink": "An address or id is not absolute, or not whole.",
    "InvalidHttpGUID": "A guid that says it is a permalink is no web address.",
    "InvalidIRI": "An address or id is none (RFC 3987).",
    "InvalidIntegerAttribute": "An attribute that must be a number is none.",
    "InvalidLanguage": "A language tag is none (RFC 5646).",
    "InvalidMIMEAttribute": "An attribute that must be a media type is none.",
    "InvalidMIMEType": "The type of an Atom content is no media type.",
    "InvalidNamespace": "A namespace that readers do not know, though its elements look right.",
    "InvalidNonNegativeInteger": "A number that must be 0 or more is not.",
    "InvalidOPMLVersion": "The OPML document does not say which version it is.",
    "InvalidPermalink": "A guid of tag: or urn: says it is a permalink.",
    "InvalidRFC2822Date": "A date of RSS is not in the form of RFC 2822, or on no calendar.",
    "InvalidRFC3339Date": "A date of Atom or JSON Feed is not in the form of RFC 3339.",
    "InvalidRSSVersion": "The RSS document does not say it is 2.0, or an older version.",
    "InvalidTextType": "The type of an Atom text is not text, html or xhtml.",
    "InvalidURIAttribute": "An attribute that must be an address is none.",
    "InvalidUriChar": "An address holds a character that none may hold.",
    "ItemMustContainTitleOrDescription": "An RSS item has neither.",
    "MissingAttribute": "A required attribute is missing.",
    "MissingContentOrAlternate": "An Atom entry has neither content nor an alternate link.",
    "MissingDescription": "An RSS channel has no description.",
    "MissingElement": "A required element, or member of a JSON Feed, is missing.",
    "MissingHref": "An Atom link has no href.",
    "MissingLink": "An RSS channel has no link.",
    "MissingNamespace": "An element's namespace is missing or not declared.",
    "MissingSummary": "An Atom content that is elsewhere, or not text, has no summary beside it.",
    "MissingTitle": "An RSS channel has no title.",
    "MissingXhtmlDiv": "An Atom text of type xhtml is not one div.",
    "SAXError": "The document is not well-formed XML.",
    "UndefinedElement": "An element that its parent may not hold.",
    "UndefinedNamedEntity": "A named entity that XML does not know.",
    "UnexpectedText": "Text where only elements may stand.",
    "UnknownEncoding": "The document names an encoding that cannot be read.",
}
_WARNINGS = {
    "AtomLinkNotEmpty": "An Atom link holds text, which readers ignore.",
    "AttrNotBlank": "An attribute is empty.",
    "BadCharacters": "A character that no text has use for: C1 controls, noncharacters, U+FFFD.",
    "ContainsHTML": "A plain text of RSS holds markup.",
    "ContainsRelRef": "A relative address, which readers resolve each in their own way.",
    "ContainsUndeclaredHTML": "An Atom text that is not html holds markup.",
    "DangerousStyleAttr": "A style that may load, move or hide things.",
    "DuplicateEnclosure": "An RSS item has more than one enclosure.",
    "DuplicateEntries": "Two Atom entries have one id.",
    "DuplicateItemSemantics": "An RSS item says one thing in two elements.",
    "DuplicateUpdated": "Two Atom entries have one updated; right where both truly changed then.",
    "EncodingMismatch": "The server names another encoding than the document.",
    "ImplausibleDate": "A date before 1990, or more than a day ahead.",
    "MisplacedItem": "An RSS item stands before the channel's own elements.",
    "MissingAtomSelfLink": "An RSS channel has no atom:link to itself.",
    "MissingGuid": "An RSS item has no guid.",
    "MissingRealName": "An e-mail address in RSS has no name behind it.",
    "MissingSelf": "An Atom feed has no link to itself.",
    "MissingSourceElement": "An Atom source lacks id, title or updated.",
    "MissingXmlURL": "An outline of type rss has no xmlUrl.",
    "MissingTextualContent": "An Atom entry has neither a content nor a summary.",
    "NeedDescriptionBeforeContent": "In an RSS item, content:encoded stands before description.",
    "NonSpecificMediaType": "The server's media type says XML or JSON, but not which.",
    "NotBlank": "An element is empty.",
    "NotHtml": "A text of type html is not: unknown tags or attributes, tags that do not match.",
    "NotSufficientlyUnique": "A guid is a short number, which other feeds use too.",
    "NotUTF8": "The document is not in UTF-8.",
    "ObsoleteVersion": "The RSS is 0.91 or another before 2.0.",
    "ProblematicalRFC822Date": "A date of RSS in an obsolete form, which some readers misread.",
    "SecurityRisk": "A tag that runs, loads or submits something.",
    "SecurityRiskAttr": "An attribute, or an address in it, that runs something.",
    "SelfDoesntMatchLocation": "The link to itself is not where the document was found.",
    "SlashDate": "RSS counts comments, but its channel has no lastBuildDate.",
    "UnexpectedContentType": "The server's media type is that of something else.",
    "ValidatorLimit": "The document is larger than the W3C's validator takes; there, an error.",
}
_OUR_ERRORS = {
    "InvalidJSONFeedVersion": "The JSON Feed does not say it is version 1 or 1.1.",
    "InvalidValue": "A member of a JSON Feed has a value of the wrong kind.",
    "JSONError": "The document is no JSON.",
    "MissingAuthor": "An Atom entry has no author: not itself, its source or the feed.",
    "NotAFeed": "The document is neither Atom, RSS, JSON Feed nor OPML.",
    "NotJudged": "The document nests deeper, or holds or breaks more, than is judged.",
    "UnicodeError": "The bytes are not in the encoding that they must be in.",
}
_OUR_WARNINGS = {
    "ObsoleteMember": "A member of JSON Feed 1.0 that 1.1 replaced.",
    "OtherFormat": "The document is RSS 1.0 or 0.90, of which nothing is judged.",
    "UnbalancedBidi": "A control that turns text round is not closed, or closes nothing.",
}

SEVERITIES = {
    **dict.fromkeys((*_ERRORS, *_OUR_ERRORS), Severity.ERROR),
    **dict.fromkeys((*_WARNINGS, *_OUR_WARNINGS), Severity.WARNING),
}
MEANINGS = {**_ERRORS, **_WARNINGS, **_OUR_ERRORS, **_OUR_WARNINGS}
OWN = frozenset({*_OUR_ERRORS, *_OUR_WARNINGS})
"""Those that the W3C's validator does not have."""
