"""Code forms: what a code of each code system can look like, so that a slip of the pen is found."""

import re
from collections.abc import Callable, Mapping

from alerts.domain.codes import (
    ATC,
    EXACT_NAME,
    HCPCS,
    ICD_10_CM,
    NDC,
    RXNORM,
    SNOMED_CT,
    Coding,
    canonical_system,
    normal_name,
)

_LOINC = "http://loinc.org"

# Each form and where it is laid down.
FORMS: Mapping[str, str] = {
    # RxNorm: an RXCUI is a number (https://www.nlm.nih.gov/research/umls/rxnorm/docs/techdoc.html).
    RXNORM: r"[1-9]\d{0,7}",
    # ATC: five levels (https://www.whocc.no/atc/structure_and_principles/).
    ATC: r"[A-Z](?:\d\d(?:[A-Z](?:[A-Z](?:\d\d)?)?)?)?",
    # HCPCS level II: a letter and four digits (https://www.cms.gov/medicare/coding-billing).
    HCPCS: r"[A-Z]\d{4}",
    # NDC: labeler and product, 4-4, 5-3 or 5-4, the package in two digits, or in one behind 5-4
    # (21 CFR 207.33); for billing 5-4-2, or 11 digits (45 CFR 162.1002).
    NDC: r"(?:\d{4}-\d{4}|\d{5}-\d{3})(?:-\d\d)?|\d{5}-\d{4}(?:-\d{1,2})?|\d{10,11}",
    # SNOMED CT: 6 to 18 digits, the last a check digit, the two before it 00 or 10 for a concept
    # (https://docs.snomed.org, SCTID and its partition identifier).
    SNOMED_CT: r"[1-9]\d{2,14}[01]0\d",
    # UNII: ten characters (https://www.fda.gov/industry, Global Substance Registration System).
    "http://fdasis.nlm.nih.gov": r"[0-9A-Z]{10}",
    # NCI Thesaurus: C and digits (https://evs.nci.nih.gov).
    "http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl": r"C\d{3,7}",
    # EU authorisations: EU/1/year/product/package (https://health.ec.europa.eu, Union Register).
    "http://ema.europa.eu/identifier": r"EU/\d/\d\d/\d{3,4}/\d{3}",
    # ICD-10-CM: three characters, then up to four after a point (https://www.cdc.gov/nchs/icd).
    ICD_10_CM: r"[A-Z]\d[0-9A-Z](?:\.[0-9A-Z]{1,4})?",
    # ICD-10-PCS: seven characters without I and O (https://www.cms.gov/medicare/coding-billing).
    "http://www.cms.gov/Medicare/Coding/ICD10": r"[0-9A-HJ-NP-Z]{7}",
    # CPT: five characters, a modifier two (https://www.ama-assn.org/practice-management/cpt).
    "http://www.ama-assn.org/go/cpt": r"\d{4}[0-9A-Z]|[0-9A-Z]{2}",
    # LOINC: digits and a check digit (https://loinc.org/kb/users-guide).
    _LOINC: r"\d{1,7}-\d",
}

# Verhoeff's scheme (https://docs.snomed.org, check-digit computation): the dihedral group D5 and
# the permutation that each place applies.
_PRODUCT = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9),
    (1, 2, 3, 4, 0, 6, 7, 8, 9, 5),
    (2, 3, 4, 0, 1, 7, 8, 9, 5, 6),
    (3, 4, 0, 1, 2, 8, 9, 5, 6, 7),
    (4, 0, 1, 2, 3, 9, 5, 6, 7, 8),
    (5, 9, 8, 7, 6, 0, 4, 3, 2, 1),
    (6, 5, 9, 8, 7, 1, 0, 4, 3, 2),
    (7, 6, 5, 9, 8, 2, 1, 0, 4, 3),
    (8, 7, 6, 5, 9, 3, 2, 1, 0, 4),
    (9, 8, 7, 6, 5, 4, 3, 2, 1, 0),
)
_PERMUTED = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9),
    (1, 5, 7, 6, 2, 8, 3, 0, 9, 4),
    (5, 8, 0, 3, 7, 9, 6, 1, 4, 2),
    (8, 9, 1, 6, 0, 4, 3, 5, 2, 7),
    (9, 4, 5, 3, 1, 2, 6, 8, 7, 0),
    (4, 2, 8, 6, 5, 7, 3, 9, 0, 1),
    (2, 7, 9, 3, 8, 0, 6, 4, 1, 5),
    (7, 0, 4, 6, 9, 1, 3, 2, 5, 8),
)


def is_possible(coding: Coding) -> bool:
    """Whether the code could be one of its system; of an unlisted system, whether it is there."""
    system = canonical_system(coding.system)
    form = FORMS.get(system, r".+")
    if not re.fullmatch(form, coding.code, re.ASCII):
        return False
    return _FURTHER.get(system, _anything)(coding.code)


def has_check_digit(number: str) -> bool:
    """Whether the last digit fits the others by Verhoeff's scheme."""
    check = 0
    for place, digit in enumerate(reversed(number)):
        check = _PRODUCT[check][_PERMUTED[place % 8][int(digit)]]
    return check == 0


def has_loinc_digit(code: str) -> bool:
    """Whether the digit behind the hyphen fits by the mod 10 scheme of LOINC's users' guide."""
    number, _, check = code.partition("-")
    doubled = (int(each) * (2 - place % 2) for place, each in enumerate(reversed(number)))
    total = sum(each // 10 + each % 10 for each in doubled)
    return (total + int(check)) % 10 == 0


def _is_normal_name(name: str) -> bool:
    return name == normal_name(name)


def _anything(_code: str) -> bool:
    return True


_FURTHER: Mapping[str, Callable[[str], bool]] = {
    SNOMED_CT: has_check_digit,
    EXACT_NAME: _is_normal_name,
    _LOINC: has_loinc_digit,
}
