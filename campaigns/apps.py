"""Campaigns: see models for what this room keeps. It tells the savings room which campaigns a group was asked about,
and what a contribution posts when it is verified."""

from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    name = "campaigns"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Not before all tables are known.
        from campaigns import queries
        from campaigns.operations.contributing import CONFIRMER
        from savings import access
        from savings.operations import followers

        access.register_campaigns(queries.is_known)
        followers.register_confirmer(queries.CAMPAIGN, CONFIRMER)
