"""The job queue. Each room's tasks.py is found by itself; what runs by the clock stands in `schedule`.

Which settings it works under is said by whoever starts it (DJANGO_SETTINGS_MODULE): there is no guess here, since this
module is read by the web server too.
"""

from celery import Celery

app = Celery("tablebanking")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
