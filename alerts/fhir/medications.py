"""Medications in our words: what a product is called and what is in it."""

from alerts.domain.chart import Product, ResourceKey
from alerts.domain.codes import Concept
from alerts.fhir.codeable import concepts, references
from alerts.fhir.fields import Element
from alerts.fhir.identity import distinct
from alerts.fhir.references import Scope


def product(medication: Element, scope: Scope) -> Product:
    """A Medication; ingredients that it contains are folded in, others are named."""
    found = medication.each("ingredient")
    stated = [each for held in found for each in concepts(held, "itemCodeableConcept", "item")]
    items = [each for held in found for each in references(held, "itemReference", "item")]
    named = [_ingredient(each, scope) for each in items]
    return Product(
        concept=medication.concept("code"),
        ingredients=(*stated, *(concept for concept, _ in named if not concept.is_empty())),
        made_of=distinct(key for _, key in named),
    )


def _ingredient(reference: Element, scope: Scope) -> tuple[Concept, ResourceKey | None]:
    inside = scope.inside(reference)
    if inside:
        return inside.concept("code"), None
    return display(reference), scope.key(reference, "Medication")


def display(reference: Element) -> Concept:
    """What a sender wrote beside a reference, as a concept of words alone."""
    return Concept(text=reference.text("display"))
