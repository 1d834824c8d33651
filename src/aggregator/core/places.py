"""Names that stand in every newspaper, and their spellings in several languages.

A country or a capital that two reports share says little; that Ադրբեջան and
Azerbaijan are one must be told, since their consonants differ.
"""

from functools import cache

from aggregator.core.words import skeleton

_COUNTRIES = """
Armenia Armenian Армения армянский Հայաստան հայկական
Azerbaijan Azerbaijani Азербайджан азербайджанский Ադրբեջան ադրբեջանական
Karabakh Artsakh Карабах Арцах Ղարաբաղ Արցախ
Nagorno Нагорный Լեռնային
Georgia Georgian Грузия грузинский Վրաստան վրացական
Russia Russian Россия российский русский РФ Ռուսաստան ռուսական
Turkey Turkish Türkiye Турция турецкий Թուրքիա թուրքական
Iran Iranian Иран иранский Իրան իրանական
Ukraine Ukrainian Украина украинский Ուկրաինա ուկրաինական
America American США американский ԱՄՆ ամերիկյան
Europe European Европа европейский Եվրոպա եվրոպական
France French Франция французский Ֆրանսիա ֆրանսիական
Germany German Германия немецкий Գերմանիա գերմանական
Britain British England English Великобритания британский Բրիտանիա բրիտանական
China Chinese Китай китайский Չինաստան չինական
Israel Israeli Израиль израильский Իսրայել իսրայելական
Syria Syrian Сирия сирийский Սիրիա սիրիական
India Indian Индия индийский Հնդկաստան հնդկական
Japan Japanese Япония японский Ճապոնիա ճապոնական
Kazakhstan Казахстан Ղազախստան
Belarus Белоруссия Беларусь Բելառուս
Poland Polish Польша польский Լեհաստան
Italy Italian Италия итальянский Իտալիա
Spain Spanish Испания испанский Իսպանիա
Greece Greek Греция греческий Հունաստան
NATO НАТО ՆԱՏՕ
"""
_CAPITALS = """
Yerevan Erevan Ереван Երեւան Երևան
Baku Баку Բաքու Բաքվի Բաքուն
Stepanakert Степанакерт Ստեփանակերտ
Tbilisi Тбилиси Թբիլիսի
Moscow Москва московский Մոսկվա
Ankara Анкара Անկարա
Tehran Тегеран Թեհրան
Kyiv Kiev Киев Կիև Կիեւ
Washington Вашингтон Վաշինգտոն
Brussels Брюссель Բրյուսել
London Лондон Լոնդոն
Paris Париж Փարիզ
Berlin Берлин Բեռլին
Beijing Пекин Պեկին
Tokyo Токио Տոկիո
Jerusalem Иерусалим Երուսաղեմ
Ottawa Оттава
Canberra Канберра
Delhi Дели Դելի
"""


@cache
def _spellings() -> dict[str, str]:
    """The first name of its line for the consonants of each spelling."""
    found: dict[str, str] = {}
    for line in (_COUNTRIES.strip() + _CAPITALS.rstrip()).splitlines():
        first, *others = line.split()
        for spelled in (first, *others):
            if bones := skeleton(spelled, _language_of(spelled)):
                found.setdefault(bones, first.lower())
    return found


def _language_of(word: str) -> str:
    if "\u0530" <= word[0] <= "\u058f":
        return "hy"
    return "ru" if "\u0400" <= word[0] <= "\u04ff" else "en"


def canonical_place(bones: str) -> str | None:
    """The place that a name's consonants stand for; None for all other names."""
    return _spellings().get(bones)


@cache
def _names() -> frozenset[str]:
    return frozenset(_spellings().values())


@cache
def _capitals() -> frozenset[str]:
    return frozenset(line.split()[0].lower() for line in _CAPITALS.strip().splitlines())


def is_capital(name: str) -> bool:
    """Whether a place, as `canonical_place` calls it, is a capital."""
    return name in _capitals()


def is_place(name: str) -> bool:
    """Whether a name is one of these places, as `canonical_place` calls them."""
    return name in _names()
