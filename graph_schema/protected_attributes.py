"""Attributes that may never help to guess what somebody can do, and the column names that give them away.

The list is closed and goes by names of columns: it finds ``Age``, ``ageBand`` and ``date of birth``. It does not find
a stand-in under another name, such as a graduation year for an age. A column that it takes by mistake, say
``account_age``, is used again once it has another name.
"""

from __future__ import annotations

import re
import unicodedata

PROTECTED_WORDS: dict[str, str] = {
    "origin and nationality": "nationality, national origin, citizenship, citizen, country, birthplace, "
    "place of birth, immigrant, immigration, migrant, migration background, migration status, place of origin, visa, "
    "residency status, nacionalidad, nacionalidade, nazionalita, nationalite, nationaliteit, staatsangehorigkeit",
    "age": "age, birth, birthday, birthdate, dob, yob, edad, idade, geburtsdatum, geburtsjahr, naissance",
    "sex and gender": "sex, gender, pronoun, pronouns, transgender, sexo, sexe, sesso, genero, geslacht, geschlecht",
    "sexual orientation": "sexual, sexuality, lgbt, lgbtq, lgbtqia",
    "ethnicity and race": "ethnicity, ethnic, race, racial, caste, skin, indigenous, tribe, etnia, ethnie, raza",
    "first language": "mother tongue, native language, first language, home language, muttersprache",
    "religion and belief": "religion, religious, faith, creed, religione, religiao",
    "disability and health": "disability, disabilities, disabled, handicap, handicapped, health status, "
    "health condition, medical condition, illness, neurodivergent, neurodiversity, sick days, sick leave, "
    "behinderung, discapacidad, deficiencia",
    "family": "marital, marriage, married, civil status, family status, spouse, parental, pregnancy, pregnant, "
    "maternity, paternity, children, dependants, dependents, familienstand",
    "opinion and union": "political, politics, party membership, trade union, union member, union membership",
    "veteran status": "veteran, military service",
    "education": "education, educational, ed level, alma mater",
    "name of a person": "first name, last name, full name, given name, family name, maiden name, middle name, surname, "
    "forename, email, e mail, photo",
}
"""By attribute, words that protect every column whose name holds them. No law protects education; it stands in for
class and origin, and skills can be learnt anywhere. A name tells of sex and origin. The first that fits is named, so
a country of birth comes before a date of birth."""

PROTECTED_NAMES: dict[str, str] = {
    "age": "alter, eta",
    "disability and health": "health",
    "education": "degree",
    "name of a person": "name, nom, nombre, nome",
    "opinion and union": "union",
    "origin and nationality": "origin",
    "religion and belief": "belief, beliefs",
}
"""Likewise, but only as the whole name of a column: ``team_name`` and ``health_sector`` are no protected attributes."""

_PHRASES = {phrase: name for name, phrases in PROTECTED_WORDS.items() for phrase in phrases.split(", ")}
_WHOLE = {phrase: name for name, phrases in PROTECTED_NAMES.items() for phrase in phrases.split(", ")}


def find_protected_attribute(column: str) -> str | None:
    """Return which protected attribute a column holds, by its name; None when it holds none."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", column)
    plain = unicodedata.normalize("NFKD", spaced).encode("ascii", "ignore").decode().casefold()
    words = re.sub(r"[^a-z]+", " ", plain).strip()
    if words in _WHOLE:
        return _WHOLE[words]
    return next((name for phrase, name in _PHRASES.items() if f" {phrase} " in f" {words} "), None)
