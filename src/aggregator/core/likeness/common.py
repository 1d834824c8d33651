"""Words of which every newspaper is full, known before a report has been read.

In a new installation, and in one that reads few sources, the reports at hand
cannot tell that "prime minister" is common and "landslide" is not. Offices,
numerals, ways of saying and the frame of accidents and courts stand here;
nobody's name does.
"""

from functools import cache

from aggregator.core.likeness.terms import name_term, word_term
from aggregator.core.words import skeleton, stem

_OFTEN, _AT_TIMES = 0.06, 0.02
"""Of a newspaper's reports, the share that has such a word, roughly."""

_SURE = 4
"""Consonants by which a name is known for a common word: "press" and Paris have the same three."""

_WORDS = {
    ("en", _OFTEN): """
        president minister prime government police official officials people state states country
        city national world party million former leader court man woman three four five first
        second high home group number call called calls told time plan plans set top
    """,
    ("en", _AT_TIMES): """
        secretary general foreign interior defence defense finance economy justice mayor governor
        lawmaker parliament senate congress council committee commission ministry department agency
        service services spokesman spokeswoman statement conference meeting meet meets met visit
        visited visits speak speaks spoke address talks talk hold held join help support agree
        announce announced announces ask asked order ordered accuse accused warn warned warns
        claim claims deny denies expect expected near town village province region district area
        capital road street north south east west northern southern eastern western central
        kill killed kills dead death die died dies injured wounded hurt victims attack fire
        car vehicle building house hospital school airport officers authorities residents family
        children child men women boy girl old young night morning evening hundreds thousands
        dozens six seven eight nine ten dozen least percent billion dollars month months
        hours minutes open opened close end start began begin leave left lead put take took
        return lose lost win won beat match game team season league cup final round victory
        arrest arrested detained charged charge trial judge case prison jail sentence sentenced
        lawyer prosecutor suspect investigation report law right rights election vote campaign
        opposition coalition deal agreement peace security military army forces soldiers troops
        company firm market business price prices bank shares union workers public health
        international european american
    """,
    ("ru", _OFTEN): """
        президент министр премьер правительство страна область город человек люди глава первый
        суд место дело слова работа полиция
    """,
    ("ru", _AT_TIMES): """
        заместитель бывший министерство ведомство служба пресс представитель совет комитет
        парламент депутат партия лидер мэр губернатор директор председатель генеральный секретарь
        встреча встретился провел провела переговоры визит участие вопрос заседание обсудили
        выступил подписал утвердил решение закон проект программа регион район улица дорога
        край село житель жители центр столица сила силы военный армия оборона внутренних
        иностранных погибли погибший пострадавший пострадали погиб число результат произошел
        произошло пожар авария дтп автомобиль машина дом здание больница школа ребенок дети
        мужчина женщина задержан задержали арест следствие прокуратура адвокат дежурный мчс
        полицейский матч турнир победа победил обыграл счет тур команда чемпионат сборная
        рубль доллар курс цена рост процент млн миллион тысяча тысячи двух трех пять четыре
        федерация федеральный государственный национальный международный российский данные
        информация агентство газета день неделя месяц утро вечер ночь начало конец
    """,
    ("hy", _OFTEN): """
        նախագահ վարչապետ նախարար կառավարություն հանրապետություն երկիր քաղաք մարդ մարզ ոստիկանություն
        դատարան ժամ
    """,
    ("hy", _AT_TIMES): """
        նախկին տեղակալ նախարարություն ծառայություն խորհուրդ ազգային ժողով պատգամավոր կուսակցություն
        քաղաքապետ մարզպետ տնօրեն դեսպան հանդիպել հանդիպեց հանդիպում ընդունել մասնակցել քննարկել
        ստորագրել խոսել խոսեց ասել որոշում օրենք ծրագիր փողոց ճանապարհ գյուղ բնակիչ ուժեր զինված
        մահացել մահացած զոհ տուժած տուժածներ վթար հրդեհ ավտոմեքենա մեքենա տուն հիվանդանոց դպրոց
        երեխա կին տղամարդ փրկարար հրշեջ կալանավորվել ձերբակալվել դատախազություն գործ նիստ փաստաբան
        խաղ հաղթեց հաղթել հաշվով թիմ առաջնություն գավաթ դրամ հազար միլիոն տոկոս երեք չորս հինգ
        պաշտպանություն արտաքին ներքին գործերի միջազգային հայտարարել հայտարարություն տեղեկացնում
    """,
}  # fmt: skip


@cache
def _list_common() -> dict[str, float]:
    """The share of reports that has each term, of words and of names."""
    found: dict[str, float] = {}
    for (language, share), words in _WORDS.items():
        for word in words.split():
            if known := stem(word, language):
                found[word_term(known, language)] = share
            bones = skeleton(word, language)
            if bones and len(bones) >= _SURE:
                found.setdefault(name_term(bones), share)
    return found


def know_share(term: str) -> float:
    """The share of a newspaper's reports that has a term; 0 for all that is not known before."""
    return _list_common().get(term, 0.0)
