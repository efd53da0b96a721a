"""A Celery worker as the product starts it, but for its leases, which a short test can wait for."""

import datetime as dt
import sys

from celery.__main__ import main

from alerts.pathway import assess, notify

assess.LEASE = dt.timedelta(seconds=8)
notify.LEASE = dt.timedelta(seconds=12)

if __name__ == "__main__":
    sys.exit(main())
