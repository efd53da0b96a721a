"""Cues: words beside a drug's name that tell whether the drug is ordered. General rules, no data.

The tables hold single words in lower case. A cue that stands directly before or after a name (but
for filling words) is taken at its word; at a distance it only makes the text unsure, because a
wrong "no" would be silent and a wrong "unsure" is not.
"""

NEGATED = frozenset({"no", "not", "without", "never", "avoid", "ohne", "kein", "keine", "sans"})
PAST = frozenset(
    {"previously", "previous", "prior", "history", "hx", "past", "former", "formerly", "failed"}
    | {"progressed", "progression", "progressive", "refractory", "post", "after", "following"}
    | {"since", "completed"}
)
FAMILY = frozenset(
    {"mother", "father", "sister", "brother", "aunt", "uncle", "wife", "husband", "spouse", "son"}
    | {"daughter", "parent", "family", "partner", "grandmother", "grandfather"}
)
ALLERGY = frozenset(
    {"allergy", "allergies", "allergic", "nkda", "hypersensitivity", "intolerance", "intolerant"}
    | {"anaphylaxis", "allergie"}
)
NO_BEFORE = NEGATED | PAST | FAMILY | ALLERGY
FOR = frozenset({"for", "before", "during", "from", "pre", "with", "per", "of", "in", "due"})
"""What stands before these is the order; the drug after them is its occasion."""

BESIDE = frozenset(
    {"flush", "line", "ns", "saline", "nacl", "d5w", "dextrose", "diluent", "tubing", "filter"}
    | {"chloride"}
    | {"premed", "premeds", "premedication", "lab", "labs", "cbc", "tsh", "cmp", "port", "picc"}
    | {"bag", "ringer", "hydration", "prednisone", "prednisolone", "methylprednisolone"}
    | {"dexamethasone", "hydrocortisone", "loperamide", "acetaminophen", "paracetamol"}
    | {"diphenhydramine", "levothyroxine", "budesonide", "mycophenolate", "infliximab"}
    | {"test", "assay", "level", "levels", "monitoring"}
)
"""What is given or done beside an infusion, or against its harm."""

HARM = frozenset(
    {"colitis", "hepatitis", "pneumonitis", "hypophysitis", "myocarditis", "thyroiditis"}
    | {"nephritis", "dermatitis", "rash", "arthritis", "toxicity", "induced", "related", "irae"}
    | {"iraes", "reaction", "diarrhea", "diarrhoea", "hypothyroidism", "myositis", "pruritus"}
)
NO_AFTER = frozenset(
    {"contraindicated", "contraindication", "refused", "declined", "allergy", "allergic"}
    | {"level", "levels", "assay", "trough", "intolerance", "hypersensitivity"}
)
TISSUE_TESTS = frozenset({"ihc", "pharmdx", "immunohistochemistry", "immunohistochemical", "cdx"})
"""Tests of tissue bear the name of the drug that they go with; no order of a drug bears theirs."""
IMAGING = frozenset(
    {"ct", "mri", "mrt", "pet", "scan", "xray", "radiograph", "ultrasound", "sonography", "echo"}
    | {"echocardiogram", "echocardiography", "restaging", "biopsy"}
)
"""What is ordered where these stand before a drug's name: the drug tells only why."""
LATER_VISIT = frozenset({"follow", "followup", "fu"})
REFUSED = frozenset({"contraindicated", "refused", "declined"})
HOLD = frozenset({"hold", "held", "holding", "withhold", "withheld", "pause", "paused", "onhold"})
CONDITION = frozenset({"if", "when", "unless", "parameters"})
UNSURE_BEFORE = frozenset(
    {"consider", "considering", "considered", "discuss", "discussed", "discussing", "may", "might"}
    | {"could", "should", "would", "possible", "possibly", "planned", "planning", "propose"}
    | {"proposed", "recommend", "recommended", "eligible", "candidate", "if", "vs", "versus"}
    | {"pending", "awaiting", "requested", "question", "query", "stop", "stopped", "discontinue"}
    | {"discontinued", "cancel", "cancelled", "canceled", "change", "switch", "instead"}
)
PAPERWORK = frozenset(
    {"copay", "coupon", "assistance", "brochure", "leaflet", "education", "teaching", "handout"}
    | {"consent", "counselling", "counseling", "authorization", "authorisation", "auth", "appeal"}
    | {"insurance", "pamphlet", "guide", "information", "zzz", "zzztest", "questionnaire"}
)
UNSURE_AFTER = frozenset(
    {"stopped", "discontinued", "cancelled", "canceled", "ended", "card", "colitis", "refractory"}
)
FILLING = frozenset(
    {"with", "on", "of", "to", "the", "a", "an", "by", "and", "und", "et", "y", "plus", "any"}
    | {"treatment", "therapy", "treated", "received", "exposure", "use", "except", "disease"}
    | {"more", "further", "longer", "had", "has", "was", "is", "been", "be", "taking", "iv"}
    | {"adding", "s", "known", "severe", "line", "first", "second", "dose", "doses", "or", "mit"}
    | {"avec", "con"}
)
ORDINARY = frozenset(
    {"inj", "injection", "injectable", "infusion", "infuse", "iv", "ivpb", "sc", "subq", "subcut"}
    | {"intravenous", "subcutaneous", "vial", "vials", "syringe", "solution", "soln", "concentrate"}
    | {"mg", "g", "mcg", "ug", "kg", "ml", "l", "unt", "units", "unit", "iu", "m", "h", "hr", "hrs"}
    | {"min", "w", "wk", "wks", "week", "weeks", "weekly", "day", "days", "d", "q", "c", "every"}
    | {"cycle", "cycles", "course", "dose", "maintenance", "adjuvant", "neoadjuvant", "mono"}
    | {"monotherapy", "combo", "combination", "regimen", "protocol", "chemo", "chemotherapy"}
    | {"immunotherapy", "drug", "medication", "med", "rx", "treatment", "therapy", "plan", "order"}
    | {"start", "begin", "continue", "give", "administer", "initiate", "new", "onc", "oncology"}
    | {"hem", "premixed", "compounded", "pharmacy", "of", "the", "a", "x", "on", "to", "and"}
    | {"anti", "pd", "ctla", "human", "recombinant", "perfusion", "perf", "infusionslösung"}
    | {"perfusión", "infusión", "infusione", "infuzja", "infuus", "sodium", "chloride", "mit"}
    | {"with", "avec", "con"}
    | {"nivo", "carbo", "pem", "cis", "axi", "len", "lenva", "ev", "bev", "cabo", "avd", "gem"}
    | {"lung", "breast", "melanoma", "head", "neck", "renal", "kidney", "bladder", "urothelial"}
    | {"gastric", "esophageal", "oesophageal", "cervical", "endometrial", "colorectal", "colon"}
    | {"liver", "hcc", "nsclc", "sclc", "rcc", "tnbc", "lymphoma", "hodgkin", "skin", "cutaneous"}
    | {"squamous", "cell", "carcinoma", "cancer", "metastatic", "advanced", "small", "non"}
    | {"merkel", "mesothelioma", "biliary", "stage", "unresectable", "resectable", "early"}
    | {"perioperative", "triple", "negative", "high", "risk", "op", "ip", "adult", "ped", "peds"}
    | {"pediatric", "paediatric", "outpatient", "inpatient", "zyklus", "cycle", "de", "du", "gyn"}
    | {"gi", "gu", "induction", "first", "second", "line", "single", "agent", "flat", "fixed"}
    | {"placebo", "or", "blinded", "trial", "arm", "s", "p", "i", "ii", "iii", "patient"}
)
"""Words that may stand before the name of an ordered drug and leave no doubt."""

CLASS_TAIL = (
    *("inhibitor", "inhibition", "blockade", "blocker", "hæmmer", "hemmer", "hemmar", "inhibiteur"),
    *("inibitor", "inhibidor"),
)
BLINDING = "placebo"
