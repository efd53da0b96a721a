"""Log lines: a fixed sentence with identifiers and counts, never anything of a patient."""

import json
import logging
import sys
import time
from typing import TextIO

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class _JsonLines(logging.Formatter):
    """One JSON object a line: time, level, logger, sentence, and whatever was given in `extra`."""

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802
        return time.strftime(datefmt or "%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created))

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": self.formatTime(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "says": _sentence(record),
        }
        line |= {key: str(value) for key, value in vars(record).items() if key not in _STANDARD}
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
            line["where"] = _where(record)
        return json.dumps(line, ensure_ascii=False)


def _sentence(record: logging.LogRecord) -> str:
    """The sentence; not Celery's of a failed task, which repeats the error's text and traceback."""
    is_failure = record.name == "celery.app.trace" and record.levelno >= logging.ERROR
    return "a task failed" if is_failure else record.getMessage()


def _where(record: logging.LogRecord) -> str:
    """File and line of the traceback's frames: an exception's own text may carry patient data."""
    frames = []
    trace = record.exc_info[2] if record.exc_info else None
    while trace:
        code = trace.tb_frame.f_code
        frames.append(f"{code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}")
        trace = trace.tb_next
    return " > ".join(frames[-8:])


def start(stream: TextIO = sys.stderr, level: int = logging.INFO) -> None:
    """Send every log line of this process to the stream as JSON."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_JsonLines())
    logging.basicConfig(handlers=[handler], level=level, force=True)
    logging.captureWarnings(capture=True)
    # Nothing of these is written; asking for them costs more than the line itself.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
