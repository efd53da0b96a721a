"""Event types: the closed list of what the trail can tell, each with what it means.

To add one: a line here, a scene in tests/integration/audit/scenes.py that brings it about, and
tools/write_audit_page.py, which writes docs/audit.md anew. Tests hold the three together.
"""

from enum import StrEnum


class AuditType(StrEnum):
    """What happened. The values are stored and never reused; `meaning` is one sentence."""

    meaning: str

    def __new__(cls, value: str, meaning: str = "") -> "AuditType":
        """A member is written as its stored value and its meaning."""
        made = str.__new__(cls, value)
        made._value_ = value
        made.meaning = meaning
        return made

    SUBMISSION_RECEIVED = "submission-received", "A delivery was stored; its digest and size."
    SUBMISSION_REPEATED = (
        "submission-repeated",
        "A delivery came that is known already; nothing else was stored.",
    )
    SUBMISSION_ASSESSED = (
        "submission-assessed",
        "A delivery was read, merged and decided; how many entries and problems it had.",
    )
    SUBMISSION_DELAYED = (
        "submission-delayed",
        "A delivery could not be assessed and is tried again; the attempt and the kind of failure.",
    )
    SUBMISSION_QUARANTINED = (
        "submission-quarantined",
        "A delivery failed too often and waits for a person; how often, and the kind of failure.",
    )
    SUBMISSION_REPLAYED = (
        "submission-replayed",
        "Somebody gave a delivery that was set aside another chance; since when, after how many.",
    )
    SUBMISSION_VIEWED = (
        "submission-viewed",
        "Somebody read the body of a delivery that was set aside; its digest.",
    )
    CHARTS_JOINED = (
        "charts-joined",
        "A patient's records stand in another patient's chart from now on; by which tie.",
    )
    CHARTS_PARTED = "charts-parted", "A patient's records left the chart that they stood in."
    IDENTITY_DOUBTED = (
        "identity-doubted",
        "An identifier of a patient belongs to different patients, or does so no more.",
    )
    DECISION_MADE = (
        "decision-made",
        "A chart got another decision (alert, no alert, cannot tell); reasons, policy, value sets.",
    )
    ALERT_RAISED = "alert-raised", "A new alert stands; its priority and decision."
    ALERT_UPDATED = (
        "alert-updated",
        "A later decision or answer changed what an alert says; its status stays.",
    )
    ALERT_MOVED = (
        "alert-moved",
        "An alert's status changed; by whom, how, to what, and with which coded reason.",
    )
    OWNER_SET = (
        "owner-set",
        "Somebody owns an alert from now on, and nobody else; on which rung, and why.",
    )
    OWNERSHIP_ENDED = "ownership-ended", "An alert ended: nobody owns it, nothing is due."
    CLOCK_SET = (
        "clock-set",
        "The clock of an alert's owner changed; which step is due next, and when.",
    )
    STEP_TAKEN = (
        "step-taken",
        "A deadline of an alert passed, and the service did what is due then; what.",
    )
    HAND_OFF_OFFERED = (
        "hand-off-offered",
        "The owner of an alert offered it to a member of the directory; to whom, until when.",
    )
    HAND_OFF_ENDED = (
        "hand-off-ended",
        "An offered hand-off was accepted, refused, or came back because nobody accepted it.",
    )
    DIRECTORY_CHANGED = (
        "directory-changed",
        "Members of the directory, or who covers for whom, were changed; how many.",
    )
    ADDRESS_FAILED = (
        "address-failed",
        "A server refused an address for good: nobody is told there for a time.",
    )
    ADDRESS_MENDED = "address-mended", "An address that had failed took a message."
    CONTACTS_TESTED = (
        "contacts-tested",
        "A test message went to every contact of the ladder; how many took it.",
    )
    CONSULT_ATTESTED = (
        "consult-attested",
        "A coordinator stated that a fertility consult took place elsewhere.",
    )
    DRUG_ANSWERED = "drug-answered", "A person told what the drug of one order is."
    DRUG_ANSWER_REVOKED = (
        "drug-answer-revoked",
        "What a person told of the drug of one order counts no more.",
    )
    CODE_ANSWERED = (
        "code-answered",
        "A person told what a feed's own code or wording means; the code's digest, the drug.",
    )
    CODE_ANSWER_REVOKED = (
        "code-answer-revoked",
        "What a person told of a feed's own code or wording counts no more.",
    )
    CODE_ANSWERS_EXPORTED = (
        "code-answers-exported",
        "A person took the answers about local codes along as a file.",
    )
    CLARIFICATION_VIEWED = (
        "clarification-viewed",
        "A person opened a question that a chart or a code raises, and saw patient data.",
    )
    CHART_VIEWED = "chart-viewed", "A person opened a patient's decision and saw patient data."
    CHARTS_LISTED = "charts-listed", "A person opened the list of decisions."
    CHARTS_SEARCHED = (
        "charts-searched",
        "A person searched the decisions by a patient's id or record number.",
    )
    ALERT_VIEWED = "alert-viewed", "A person opened an alert and saw patient data."
    DOCUMENT_TAKEN = (
        "document-taken",
        "A person took a letter, a FHIR file or the leaflet of an alert; which of them.",
    )
    WORKLIST_VIEWED = "worklist-viewed", "A person opened a list of patients that wait."
    NOTICE_QUEUED = (
        "notice-queued",
        "A notice of an alert waits to be sent; to which kind of person.",
    )
    NOTICE_ATTEMPTED = "notice-attempted", "An attempt to send a notice is about to be made."
    NOTICE_SENT = "notice-sent", "The channel took a notice."
    NOTICE_FAILED = (
        "notice-failed",
        "An attempt to send a notice failed; the kind of failure, and whether it is tried again.",
    )
    NOTICE_CANCELLED = (
        "notice-cancelled",
        "What waited to be sent for an alert is needed no more.",
    )
    NOTICE_HURRIED = (
        "notice-hurried",
        "A notice that was held for its recipient goes at once, because its alert became urgent.",
    )
    NOTICE_SEEN = "notice-seen", "Whoever was told opened the alert's page, signed in."
    CONTACT_CHANGED = (
        "contact-changed",
        "By which channels a person is told, in which order, and what their routine waits for.",
    )
    NOTICE_WITHHELD = "notice-withheld", "Nobody is told of an alert, on purpose; why."
    FEED_ADDED = "feed-added", "A system may submit from now on."
    FEED_REVOKED = "feed-revoked", "A feed's key is out of force."
    FEED_REFUSED = (
        "feed-refused",
        "Somebody presented a revoked or unknown feed key; the feed, where it is known.",
    )
    FEED_LIVE = "feed-live", "A feed's shadow mode ended: its new alerts are told."
    PERSON_ADDED = "person-added", "Somebody may sign in from now on; in which role."
    PERSON_DISABLED = "person-disabled", "Somebody may sign in no more."
    PERSON_ENABLED = "person-enabled", "Somebody may sign in again."
    PERSON_UPDATED = (
        "person-updated",
        "The hospital's sign-in told a new name, address or account of somebody.",
    )
    ROLE_CHANGED = "role-changed", "Somebody has another role from now on; which."
    PASSWORD_CHANGED = (
        "password-changed",
        "Somebody's password was changed; by that person, or by command.",
    )
    SECOND_STEP_BEGUN = "second-step-begun", "A person began to set up a second step of sign-in."
    SECOND_STEP_ON = "second-step-on", "A code is asked for when that person signs in."
    SECOND_STEP_OFF = (
        "second-step-off",
        "No code is asked for any more; by that person, or by command.",
    )
    SIGNED_IN = "signed-in", "A person signed in."
    SIGN_IN_REFUSED = (
        "sign-in-refused",
        "Somebody tried to sign in in vain; why, and the person, where the name is known.",
    )
    SIGNED_OUT = "signed-out", "A person signed out."
    GLASS_BROKEN = (
        "glass-broken",
        "A person opened another's patient with a reason; which reason, and until when.",
    )
    GLASS_REVIEWED = "glass-reviewed", "Somebody else looked at why a patient was opened."
    BROKEN_GLASS_VIEWED = "broken-glass-viewed", "A person read who opened whom, and why."
    AUDIT_VIEWED = "audit-viewed", "A person read the audit trail; by which filter."
    AUDIT_ASKED = (
        "audit-asked",
        "Another system read the audit trail over FHIR; by which filter.",
    )
    STORY_VIEWED = "story-viewed", "A person read on the trail how an alert came and went."
    SILENCE_EXPLAINED = (
        "silence-explained",
        "A person asked why nobody was told; of which delivery and patient.",
    )
    DISCLOSURES_TAKEN = (
        "disclosures-taken",
        "A person took the accounting of a patient's disclosures along; the form, how many.",
    )
    AUDIT_LISTED = (
        "audit-listed",
        "A person took a list of events along as a file; in which form, by which filter.",
    )
    ACCESS_REFUSED = (
        "access-refused",
        "A person asked for what the role does not include, or for another's patient; which right.",
    )
    PAYLOADS_PURGED = (
        "payloads-purged",
        "Bodies of old deliveries were removed; how many, and the digest of their receipts.",
    )
    AUDIT_VERIFIED = (
        "audit-verified",
        "The whole trail was held against its checkpoints; the answer, and how many events.",
    )
    AUDIT_EXPORTED = "audit-exported", "Events of the trail left as a file; how many of how many."
    AUDIT_KEY_ROTATED = (
        "audit-key-rotated",
        "Another key signs the trail's checkpoints from now on; the ids of both.",
    )
    SERVICE_STARTED = (
        "service-started",
        "A part of the service started; which, its version, its policy and value sets.",
    )
    SERVICE_STOPPED = "service-stopped", "A part of the service was asked to end, and did."
    POLICY_CHANGED = (
        "policy-changed",
        "A part of the service started with another policy than the one before; both versions.",
    )
    VALUE_SETS_CHANGED = (
        "value-sets-changed",
        "A part of the service started with other value sets than the one before; their digests.",
    )
