"""Codings, concepts and value sets; where a code lives and when two codes are one."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
ATC = "http://www.whocc.no/atc"
NDC = "http://hl7.org/fhir/sid/ndc"
HCPCS = "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets"
SNOMED_CT = "http://snomed.info/sct"
ICD_10_CM = "http://hl7.org/fhir/sid/icd-10-cm"
ICD_10 = "http://hl7.org/fhir/sid/icd-10"
EXACT_NAME = "urn:oncofertility-alerts:exact-name"
DRUG = "urn:oncofertility-alerts:drug"
ORDER_TEXT = "urn:oncofertility-alerts:order-text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Coding:
    """One code of one code system; `display` is what the sender wrote beside it."""

    system: str
    code: str
    display: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept:
    """A thing said by codes, by text, or by both (FHIR CodeableConcept)."""

    codings: tuple[Coding, ...] = ()
    text: str = field(default="", repr=False)

    def is_empty(self) -> bool:
        """Nothing at all was said: neither a code nor a word."""
        said = self.text.strip() or any(each.code or each.display.strip() for each in self.codings)
        return not said


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One code of a value set: what it stands for in our words, and who says so."""

    coding: Coding
    meaning: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueSet:
    """A versioned list of codes, looked up by (system, code) in their normal form."""

    name: str
    version: str
    members: Mapping[tuple[str, str], Member]

    def find(self, coding: Coding) -> Member | None:
        """The member that this coding is, whatever alias or spelling it was written in.

        A package that is not listed is its product.
        """
        return self.find_exactly(coding) or self._among(coding, _ndc_products(coding))

    def find_exactly(self, coding: Coding) -> Member | None:
        """The same, where the code itself must be listed."""
        return self._among(coding, spellings(coding))

    def _among(self, coding: Coding, codes: tuple[str, ...]) -> Member | None:
        system = canonical_system(coding.system)
        found = (self.members.get((system, code)) for code in codes)
        return next((each for each in found if each), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeMap:
    """A site's versioned map of its own codes to codes that are known here.

    A code that maps to an empty coding is known to the site, and is none of ours.
    """

    name: str
    version: str
    targets: Mapping[tuple[str, str], Coding]

    def find(self, coding: Coding) -> Coding | None:
        """What this code stands for, None when the map does not hold it."""
        return self.targets.get((canonical_system(coding.system), coding.code.strip()))


NO_ANSWERS = CodeMap(name="LocalAnswers", version="none", targets={})
"""Nobody answered anything yet."""
LONGEST_TEXT = 200
"""Longer words of an order are answered for that order alone."""


def of_text(text: str) -> Coding | None:
    """The words of an order as a code, so that one answer may settle all that say the same."""
    normal = normal_name(text)
    if not normal or len(normal) > LONGEST_TEXT:
        return None
    return Coding(system=ORDER_TEXT, code=normal, display=text)


def is_short(coding: Coding) -> bool:
    """Whether a code may be answered once for all orders; what is longer is no code of a list."""
    return len(coding.code) <= LONGEST_TEXT and len(coding.system) <= LONGEST_TEXT


# OIDs: HL7 OID registry (https://www.hl7.org/oid), as the FHIR R4 code systems page lists them
# (https://hl7.org/fhir/R4/terminologies-systems.html).
_OIDS = {
    "2.16.840.1.113883.6.88": RXNORM,
    "2.16.840.1.113883.6.73": ATC,
    "2.16.840.1.113883.6.69": NDC,
    "2.16.840.1.113883.6.285": HCPCS,
    "2.16.840.1.113883.6.96": SNOMED_CT,
    "2.16.840.1.113883.6.90": ICD_10_CM,
    "2.16.840.1.113883.6.3": ICD_10,
    "2.16.840.1.113883.6.4": "http://www.cms.gov/Medicare/Coding/ICD10",
    "2.16.840.1.113883.6.12": "http://www.ama-assn.org/go/cpt",
    "2.16.840.1.113883.6.1": "http://loinc.org",
    "2.16.840.1.113883.6.101": "http://nucc.org/provider-taxonomy",
}
# National editions that keep WHO's codes: Germany's, by the address of today's publisher (HL7
# Germany's TerminologieBasisDE) and of the former one (HL7's validator tests), and the Dutch one.
_EDITIONS = {
    "http://fhir.de/CodeSystem/bfarm/atc": ATC,
    "http://fhir.de/CodeSystem/dimdi/atc": ATC,
    "http://fhir.de/CodeSystem/bfarm/icd-10-gm": ICD_10,
    "http://fhir.de/CodeSystem/dimdi/icd-10-gm": ICD_10,
    "http://hl7.org/fhir/sid/icd-10-nl": ICD_10,
}
_NAMED_OTHERWISE = _OIDS | _EDITIONS


@lru_cache(maxsize=4096)
def canonical_system(system: str) -> str:
    """One name for a code system however it is written: OID, `urn:oid:`, https, trailing slash.

    A national edition that keeps the codes goes by the name of what it is an edition of.
    """
    plain = system.strip().rstrip("/").replace("https://", "http://", 1)
    return _NAMED_OTHERWISE.get(plain.removeprefix("urn:oid:"), plain)


def spellings(coding: Coding) -> tuple[str, ...]:
    """The forms under which a code may stand in a value set, the code as written first."""
    plain, system = coding.code.strip(), canonical_system(coding.system)
    if system == NDC:
        return tuple(dict.fromkeys((plain, *_ndc_forms(plain))))
    if system == ATC:
        return tuple(dict.fromkeys((plain, "".join(plain.upper().split()))))
    return tuple(dict.fromkeys((plain, plain.upper())))


_MARKS = {ord(mark): None for mark in "®™©℠"}


@lru_cache(maxsize=4096)
def normal_name(text: str) -> str:
    """A drug name as it is compared: case, width and trade marks do not count."""
    bare = text.translate(_MARKS)
    return " ".join(bare.casefold().split())


_NDC_DIGITS = 10
_PACKAGE = re.compile(r"\d{4,5}-\d{3,4}-\d{1,2}|\d{11}")


def _ndc_products(coding: Coding) -> tuple[str, ...]:
    """The product (5-4) of an NDC package: every package of a product holds the same drug."""
    plain = coding.code.strip()
    if not _PACKAGE.fullmatch(plain) or canonical_system(coding.system) != NDC:
        return ()
    *_, whole = (plain, *_ndc_forms(plain))
    return (f"{whole[:5]}-{whole[5:9]}",)


def _ndc_forms(code: str) -> tuple[str, ...]:
    """11 digits, HIPAA form (5-4-2), from a 10- or 11-digit NDC with hyphens or without.

    Ten bare digits lack a zero in one of three places, and nobody says in which.
    """
    if len(code) == _NDC_DIGITS and code.isdigit():
        return (f"0{code}", f"{code[:5]}0{code[5:]}", f"{code[:9]}0{code[9:]}")
    parts = code.split("-")
    if not all(part.isdigit() for part in parts):
        return ()
    if len(parts) == 3:
        return ("".join(part.zfill(n) for part, n in zip(parts, (5, 4, 2), strict=True)),)
    if len(parts) == 2:
        return ("-".join(part.zfill(n) for part, n in zip(parts, (5, 4), strict=True)),)
    return ()
