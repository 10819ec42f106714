import core.fields
import core.ids
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cycles', '0001_initial'),
        ('groups', '0005_meetings'),
        ('ledger', '0001_initial'),
        ('members', '0003_writers'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Run',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('DIVIDEND', 'Dividend'), ('SHARE_OUT', 'Share-out')], max_length=9)),
                ('fiscal_year', models.PositiveSmallIntegerField()),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField()),
                ('status', models.CharField(choices=[('PREVIEW', 'Looked at'), ('APPROVED', 'Agreed'), ('DECLARED', 'Declared'), ('PAID', 'Paid')], default='PREVIEW', max_length=8)),
                ('profit', core.fields.MoneyField()),
                ('fees', core.fields.MoneyField()),
                ('distributable', core.fields.MoneyField()),
                ('percent', models.DecimalField(decimal_places=2, max_digits=5)),
                ('basis', models.CharField(max_length=16)),
                ('computed_at', models.DateTimeField()),
                ('computed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('group', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='runs', to='groups.bankinggroup')),
                ('voucher', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='run', to='ledger.voucher')),
            ],
        ),
        migrations.CreateModel(
            name='Allocation',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('basis', core.fields.MoneyField()),
                ('amount', core.fields.MoneyField()),
                ('outcome', models.CharField(choices=[('OPEN', 'Not paid yet'), ('PAID', 'Paid'), ('KEPT', 'Kept as savings')], default='OPEN', max_length=4)),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='allocations', to='members.member')),
                ('voucher', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='allocation', to='ledger.voucher')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='allocations', to='cycles.run')),
            ],
        ),
        migrations.CreateModel(
            name='RunApproval',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('capacity', models.CharField(max_length=9)),
                ('at', models.DateTimeField()),
                ('figures_of', models.DateTimeField()),
                ('approver', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='approvals', to='cycles.run')),
            ],
        ),
        migrations.CreateModel(
            name='ClosedYear',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('fiscal_year', models.PositiveSmallIntegerField()),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField()),
                ('closed_at', models.DateTimeField()),
                ('closed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('group', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='closed_years', to='groups.bankinggroup')),
                ('voucher', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='closed_year', to='ledger.voucher')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('group', 'fiscal_year'), name='year_closed_once'), models.CheckConstraint(condition=models.Q(('ends_on__gt', models.F('starts_on'))), name='year_has_days')],
            },
        ),
        migrations.CreateModel(
            name='ClosingProposal',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('period', models.CharField(max_length=7)),
                ('proposed_at', models.DateTimeField()),
                ('group', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='closing_proposals', to='groups.bankinggroup')),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('group', 'period', 'proposed_by'), name='closing_proposed_once')],
            },
        ),
        migrations.AddConstraint(
            model_name='run',
            constraint=models.UniqueConstraint(fields=('group', 'kind', 'fiscal_year'), name='one_run_a_year'),
        ),
        migrations.AddConstraint(
            model_name='run',
            constraint=models.CheckConstraint(condition=models.Q(('distributable__gte', 0), ('fees__gte', 0)), name='run_shares_something'),
        ),
        migrations.AddConstraint(
            model_name='run',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['DIVIDEND', 'SHARE_OUT'])), name='run_kind'),
        ),
        migrations.AddConstraint(
            model_name='run',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['PREVIEW', 'APPROVED', 'DECLARED', 'PAID'])), name='run_status'),
        ),
        migrations.AddConstraint(
            model_name='allocation',
            constraint=models.UniqueConstraint(fields=('run', 'member'), name='one_part_a_member'),
        ),
        migrations.AddConstraint(
            model_name='allocation',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gte', 0), ('basis__gt', 0)), name='allocation_amount'),
        ),
        migrations.AddConstraint(
            model_name='allocation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('outcome', 'OPEN'), ('voucher__isnull', True)), models.Q(('outcome', 'OPEN'), _negated=True), _connector='OR'), name='allocation_outcome'),
        ),
        migrations.AddConstraint(
            model_name='runapproval',
            constraint=models.UniqueConstraint(fields=('run', 'capacity', 'figures_of'), name='one_yes_a_capacity'),
        ),
        migrations.AddConstraint(
            model_name='runapproval',
            constraint=models.UniqueConstraint(fields=('run', 'approver', 'figures_of'), name='one_yes_an_approver'),
        ),
        migrations.AddConstraint(
            model_name='runapproval',
            constraint=models.CheckConstraint(condition=models.Q(('capacity__in', ['CHAIR', 'TREASURER'])), name='run_capacity'),
        ),
    ]
