"""The parts that all orders and reports share: the drug, its product, the protocol, the people."""

from dataclasses import dataclass

from alerts.domain.chart import ResourceKey
from alerts.domain.codes import Concept
from alerts.fhir.codeable import concept, people, references
from alerts.fhir.fields import Element
from alerts.fhir.identity import distinct
from alerts.fhir.medications import display, product
from alerts.fhir.references import Scope

_MEDICATION = ("medicationCodeableConcept", "medicationReference", "medication")
_NOT_ORDERERS = frozenset({"Patient", "RelatedPerson", "Device", "Location"})
_PROTOCOLS = ("instantiatesCanonical", "instantiatesUri", "instantiates", "definitionCanonical")


@dataclass(frozen=True, slots=True, kw_only=True)
class Drug:
    """What is told of the drug on the spot, and the Medication that tells the rest elsewhere."""

    medication: Concept
    ingredients: tuple[Concept, ...] = ()
    product: ResourceKey | None = None

    def is_empty(self) -> bool:
        """Nothing at all is told of a drug."""
        return self.medication.is_empty() and not self.ingredients and self.product is None


def drug(element: Element, scope: Scope, *names: str) -> Drug:
    """The drug under those names, by concept, by reference or by both; else the medication[x]."""
    places = names or _MEDICATION
    stated = concept(element, *places)
    for reference in references(element, *places)[:1]:
        held = _held(reference, scope)
        return held if stated.is_empty() else _with(held, stated)
    return Drug(medication=stated)


def _held(reference: Element, scope: Scope) -> Drug:
    inside = scope.inside(reference)
    if inside is None:
        return Drug(medication=display(reference), product=scope.key(reference, "Medication"))
    held = product(inside, scope)
    first = held.made_of[0] if held.made_of else None
    return Drug(medication=held.concept, ingredients=held.ingredients, product=first)


def _with(held: Drug, stated: Concept) -> Drug:
    return Drug(medication=stated, ingredients=held.ingredients, product=held.product)


def protocols(element: Element) -> tuple[str, ...]:
    """The PlanDefinitions and other protocols that a resource names by URL."""
    if element.lacks((*_PROTOCOLS, "definition")):
        return ()
    named = [text for name in _PROTOCOLS for text in element.texts(name)]
    # STU3 has references here, R4's actions a canonical.
    defined = [each.text("reference") for each in element.each("definition")]
    return tuple(dict.fromkeys(text for text in (*named, *defined) if text))


def orderers(element: Element, scope: Scope, *names: str) -> tuple[ResourceKey, ...]:
    """Whoever ordered or recorded it under those names, in their order."""
    keys = scope.keys(people(element, *names), "Practitioner")
    return distinct(key for key in keys if key.type not in _NOT_ORDERERS)
