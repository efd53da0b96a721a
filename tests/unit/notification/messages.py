"""Messages of notices, with their links, as a channel gets them."""

from alerts.domain.notice import Message, Notice

SITE = "https://alerts.hospital.example"


def link_of(notice: Notice) -> str:
    return f"{SITE}/alerts/{notice.alert}?notice={notice.id}"


def a_message(*notices: Notice) -> Message:
    return Message(notices=notices, links=tuple(map(link_of, notices)), inbox=f"{SITE}/inbox")
