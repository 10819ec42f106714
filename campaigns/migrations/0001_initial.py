import core.fields
import core.ids
import django.db.models.deletion
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('groups', '0005_meetings'),
        ('members', '0003_writers'),
        ('users', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='TargetCampaign',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=120)),
                ('description', models.TextField(blank=True, max_length=2000)),
                ('target_amount', core.fields.MoneyField()),
                ('amount_per_member', core.fields.MoneyField(default=Decimal('0.00'))),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField()),
                ('created_at', models.DateTimeField()),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='campaigns', to='groups.organisation')),
            ],
        ),
        migrations.CreateModel(
            name='GroupCampaign',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('status', models.CharField(choices=[('PROPOSED', 'Being voted on'), ('ACCEPTED', 'Accepted'), ('REJECTED', 'Turned down'), ('COMPLETED', 'Completed')], default='PROPOSED', max_length=9)),
                ('voting_deadline', models.DateTimeField()),
                ('majority_percent', models.DecimalField(decimal_places=2, max_digits=5)),
                ('assigned_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('completed_at', models.DateTimeField(blank=True, null=True)),
                ('reason_sealed', models.BinaryField(blank=True)),
                ('assigned_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('data_key', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='users.datakey')),
                ('group', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='campaigns', to='groups.bankinggroup')),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='groups', to='campaigns.targetcampaign')),
            ],
        ),
        migrations.CreateModel(
            name='Vote',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('choice', models.CharField(choices=[('YES', 'Yes'), ('NO', 'No')], max_length=3)),
                ('cast_at', models.DateTimeField()),
                ('meeting_id', models.UUIDField(blank=True, null=True)),
                ('cast_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('group_campaign', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='votes', to='campaigns.groupcampaign')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='votes', to='members.member')),
            ],
        ),
        migrations.AddConstraint(
            model_name='targetcampaign',
            constraint=models.CheckConstraint(condition=models.Q(('target_amount__gt', 0)), name='campaign_target'),
        ),
        migrations.AddConstraint(
            model_name='targetcampaign',
            constraint=models.CheckConstraint(condition=models.Q(('amount_per_member__gte', 0)), name='campaign_per_member'),
        ),
        migrations.AddConstraint(
            model_name='targetcampaign',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='campaign_ends_after_it_starts'),
        ),
        migrations.AddIndex(
            model_name='groupcampaign',
            index=models.Index(condition=models.Q(('status', 'PROPOSED')), fields=['voting_deadline'], name='campaign_voting'),
        ),
        migrations.AddConstraint(
            model_name='groupcampaign',
            constraint=models.UniqueConstraint(fields=('group', 'campaign'), name='campaign_assigned_once'),
        ),
        migrations.AddConstraint(
            model_name='groupcampaign',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['PROPOSED', 'ACCEPTED', 'REJECTED', 'COMPLETED'])), name='group_campaign_status'),
        ),
        migrations.AddConstraint(
            model_name='groupcampaign',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('status', 'PROPOSED')), models.Q(models.Q(('status', 'PROPOSED'), _negated=True), ('decided_at__isnull', False)), _connector='OR'), name='group_campaign_decided'),
        ),
        migrations.AddConstraint(
            model_name='vote',
            constraint=models.UniqueConstraint(fields=('group_campaign', 'member'), name='one_vote_a_member'),
        ),
        migrations.AddConstraint(
            model_name='vote',
            constraint=models.CheckConstraint(condition=models.Q(('choice__in', ['YES', 'NO'])), name='vote_choice'),
        ),
    ]
