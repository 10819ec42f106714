"""The log of acts: who did what, when, from where. Written in the transaction of the act, never changed."""

from django.db import models

from core.ids import new_id


class Act(models.Model):
    """One act. Ids and plain facts only: names, numbers and reasons stay in their own rooms, sealed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField(db_index=True)
    actor_id = models.UUIDField(null=True, db_index=True)
    verb = models.CharField(max_length=60)
    subject = models.CharField(max_length=40, blank=True)
    subject_id = models.UUIDField(null=True)
    group_id = models.UUIDField(null=True)
    organisation_id = models.UUIDField(null=True)
    # Said when a service admin acts for a group that has no office holders.
    in_place_of_office = models.BooleanField(default=False)
    address = models.CharField(max_length=45, blank=True)
    facts = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["group_id", "at"], name="act_by_group")]

    def __str__(self) -> str:
        return self.verb
