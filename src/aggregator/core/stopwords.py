"""Words that say nothing of what a report is about, and what they say of its language."""

from collections import Counter
from collections.abc import Iterable

_ENGLISH = """
a about after against all also amid an and any are as at be because been before being between both
but by can could day days did do does during each first for friday from had has have he her here
his how i if in into is it its just last latest live made make many may might monday more most mr
mrs ms much new news next no nor not now of off on one only or other our out over own per photo
photos read report reports said saturday say says see she should since so some still such sunday
than that the their them then there these they this those through thursday to today told too
tuesday two under until up update updated us very via video was watch we wednesday week weeks were
what when where which while who whom whose why will with without would year years yesterday yet you
your
"""
_RUSSIAN = """
а без более больше будет будто будут был была были было быть в вам вас вдруг ведь во вот впрочем все
всегда всего всех всю всё вы где год года году говорит говорится да даже два для до днем другой его
ее ей ему если есть еще её ещё ж же за заявил заявила заявили здесь и из или им иногда их к как
какая какой когда конечно которая которого которой которые который которых кто куда ли лишь лучше
между менее меня мне много может можно мой моя мы на над надо наконец нас наш не него нее ней
некоторые нельзя несколько нет ни нибудь никогда ним них ничего но новости ну о об один однако он
она они оно опять от отметил отметила очень перед по под после потом потому почти при про раз разве
с сам самый свое своего своей свои свой свою себе себя сегодня сейчас со сообщает сообщают сообщил
сообщила сообщили сообщается среди стал стала стали стало так также такие такой там твой те тебя тем
теперь то тогда того тоже той только том тот три тут ты у уж уже фото чего чей чем через что чтоб
чтобы чуть эта эти этим этих это этого этой этом этот эту я
"""
_ARMENIAN = """
ա այդ այլ այլեւ այլև այն այնտեղ այս այսօր այստեղ անգամ ապա առանց առաջ առաջին ավելի արդեն բայց բոլոր
գրում դա դեպի դեռ դիմաց դու դուք ե եթե ենք եմ ես եք երբ երեկ երկու եւ է էլ էին էր ըստ թե ի իբրեւ
իմ ին ինչ ինչպես ինչու իսկ իր իրեն իրենց լինի կա կամ կան կարող կարծես կողմից համար հայտնել հայտնեց
հայտնում հետ հետո մասին մեզ մեկ մեջ մենք մեր մի միայն միջեւ միջև մինչեւ մինչև մյուս մոտ նա նաեւ նաև
նախ նախքան ներ նման նոր նույն նրա նրան նրանց նրանք որ որը որի որից որոնք որտեղ որպես ոչ ու ում
չի չէ պետք պիտի սա սակայն սրանք վաղը վերջին վրա տակ տես տեղի քան քանի օր օրը օրվա և
"""

_GERMAN = """
aber als am an auch auf aus bei beim bis da dann das dass dem den der des die doch durch ein eine
einem einen einer eines er es für gegen haben hat hatte ich im in ins ist ja jetzt kann kein keine
können man mehr mit muss nach nicht noch nun nur oder ohne schon sei seit seine sich sie sind so
soll sollen über um und uns vom von vor war was wegen weil wenn werden wie wieder will wir wird wo
wurde wurden zu zum zur zwei zwischen neue neuen neuer
"""
_FRENCH = """
a à ai après au aussi aux avec avoir ce ces cette comme contre dans de
des deux dit du elle elles en entre
est et été être eu fait font il ils je l la le les leur leurs lors mais même ne nous on ont ou où
par pas plus pour qu quand que qui sa sans se selon ses son sont sous sur tous tout très un une
vers vous d c s n
"""
_SPANISH = """
a al ante años como con contra cuando de del desde donde dos e el ella ellos en entre era es esta
este está están fue ha han hasta hay la las le les lo los más me mi muy nos no o otra otro para
pero por porque que quien qué se sea ser sin sobre son su sus también tiene todo todos tras un una
uno unos y ya
"""
_ITALIAN = """
a ai al alla alle anche agli che chi ci come con contro da dal dalla dalle dei del della delle di
dopo due e è era gli ha hanno i il in la le lo ma nei nel nella nelle non o per più quando sarà se
si solo sono su sua sue sul sulla tra un una uno
"""
_PORTUGUESE = """
a ao aos as até com como da das de depois do dos e é em entre era foi há isso já mais mas na nas
não no nos o os ou para pela pelo por quando que são se sem ser seu sua também tem um uma
"""
_DUTCH = """
aan als bij dan dat de deze die dit door een en er heeft hebben het hij hun in is maar meer met na
naar niet nog of om onder ook op over te tegen tot uit van voor waar was wat wel werd wordt ze zich
zijn zo
"""
_CATALAN = """
a al als amb aquest aquesta com d de del dels des el els en entre és fa fins ha han i l la les li
més no o on per perquè però que qui s se sense ser són també un una uns
"""
_TURKISH = """
bir bu da daha de diye en gibi göre ile için ise kadar ki ne olan olarak oldu sonra ve veya ya yeni
"""
_POLISH = """
a aby ale być co czy dla do go i ich jak jako jest już ma może na nad nie o od oraz po pod przez
przy się są ta tak to tym w we z za ze że
"""

_BY_LANGUAGE = {
    "en": _ENGLISH, "ru": _RUSSIAN, "hy": _ARMENIAN, "de": _GERMAN, "fr": _FRENCH, "es": _SPANISH,
    "it": _ITALIAN, "pt": _PORTUGUESE, "nl": _DUTCH, "ca": _CATALAN, "tr": _TURKISH, "pl": _POLISH,
}  # fmt: skip
_SETS = {language: frozenset(said.split()) for language, said in _BY_LANGUAGE.items()}
_NONE: frozenset[str] = frozenset()
_ENOUGH = 2
"""Such words that a text must have more of in one language than in any other."""


def is_stopword(word: str, language: str) -> bool:
    """Whether a folded word says nothing; English ones do so in every language's titles."""
    return word in _SETS.get(language, _NONE) or word in _SETS["en"]


def guess_language(words: Iterable[str]) -> str:
    """The language that most of the words' small ones are of; "" where none is ahead."""
    counts = Counter(dict.fromkeys(_SETS, 0))
    for word in set(words):
        counts.update(language for language, known in _SETS.items() if word in known)
    (first, most), (_, next_most) = counts.most_common(2)
    return first if most >= _ENOUGH and most > next_most else ""
