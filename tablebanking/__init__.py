"""The project: what joins the rooms. Exports the job queue, so that every process enqueues to the same one."""

from .celery import app as celery_app

__all__ = ["celery_app"]
