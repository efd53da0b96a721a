"""Advice: what to do first about a broken promise. docs/operations.md tells the rest."""

from collections.abc import Mapping

from alerts.domain.account import Promise

ADVICE: Mapping[Promise, str] = {
    Promise.STORED: "Let the sender send these deliveries again; then find out what lost them.",
    Promise.ACCOUNTED: "Somebody changed the table by hand, or there is an error in the service.",
    Promise.ASSESSED: "See that workers run and are enough; look into their log.",
    Promise.LOOKED_AT: "Open the deliveries that were set aside; replay them or tell the sender.",
    Promise.RECHECKED: "See that a worker and beat run; then look into the worker's log.",
    Promise.ALERTED: "Tell the fertility team at once which patients; then call for support.",
    Promise.TOLD: "Open these alerts and tell the oncologists yourself; then call for support.",
    Promise.REACHED: "Tell the oncologists yourself, and mend FALLBACK_EMAIL or the mail server.",
    Promise.OWNED: "See that a worker and beat run: the sweep finds an owner for each.",
    Promise.ESCALATED: "See that a worker and beat run; look into the worker's log.",
    Promise.SENT: "See whether the mail server answers; look into the worker's log.",
    Promise.PROVEN: "Keep a copy of the database and run `oncofertility audit verify`.",
    Promise.SEALED: "See that a worker and beat run; the seals follow by themselves.",
    Promise.WITNESSED: "See that WITNESS_FILE and WITNESS_URL can be reached, and read the log.",
    Promise.WATCHED: "Start the worker and beat, and see whether Redis answers.",
}
