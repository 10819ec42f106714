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
        ('ledger', '0003_codes_of_before'),
        ('members', '0003_writers'),
        ('users', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Meeting',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('meeting_date', models.DateField()),
                ('venue', models.CharField(blank=True, max_length=255)),
                ('status', models.CharField(choices=[('SCHEDULED', 'Planned'), ('OPEN', 'Open'), ('SEALED', 'Sealed')], default='SCHEDULED', max_length=9)),
                ('is_extraordinary', models.BooleanField(default=False)),
                ('opened_at', models.DateTimeField(blank=True, null=True)),
                ('sealed_at', models.DateTimeField(blank=True, null=True)),
                ('seal_code', models.CharField(blank=True, max_length=11)),
                ('entries', models.BigIntegerField(blank=True, null=True)),
                ('head_hash', models.CharField(blank=True, max_length=64)),
                ('book_cash', core.fields.MoneyField(default=Decimal('0.00'))),
                ('counted_cash', core.fields.MoneyField(default=Decimal('0.00'))),
                ('seal_hash', models.CharField(blank=True, max_length=64)),
                ('notes_sealed', models.BinaryField(blank=True)),
                ('data_key', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='users.datakey')),
                ('group', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='meetings', to='groups.bankinggroup')),
                ('opened_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('sealed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='CashCount',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('moment', models.CharField(choices=[('OPENING', 'At the opening'), ('CLOSING', 'At the closing'), ('OUTSIDE', 'Outside a meeting')], max_length=7)),
                ('counted_on', models.DateField()),
                ('counted', core.fields.MoneyField()),
                ('book', core.fields.MoneyField()),
                ('counted_at', models.DateTimeField()),
                ('explanation_sealed', models.BinaryField(blank=True)),
                ('counted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('data_key', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='users.datakey')),
                ('group', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='cash_counts', to='groups.bankinggroup')),
                ('voucher', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cash_count', to='ledger.voucher')),
                ('meeting', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cash_counts', to='meetings.meeting')),
            ],
        ),
        migrations.CreateModel(
            name='Attendance',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('status', models.CharField(choices=[('PRESENT', 'Here'), ('LATE', 'Late'), ('EXCUSED', 'Excused'), ('ABSENT', 'Absent')], max_length=7)),
                ('marked_at', models.DateTimeField()),
                ('has_confirmed', models.BooleanField(default=False)),
                ('marked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attendance', to='members.member')),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attendance', to='meetings.meeting')),
            ],
        ),
        migrations.CreateModel(
            name='Denomination',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('worth', core.fields.MoneyField()),
                ('pieces', models.PositiveIntegerField()),
                ('count', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='denominations', to='meetings.cashcount')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('count', 'worth'), name='denomination_once'), models.CheckConstraint(condition=models.Q(('worth__gt', 0)), name='denomination_worth')],
            },
        ),
        migrations.AddIndex(
            model_name='meeting',
            index=models.Index(condition=models.Q(('seal_code', ''), _negated=True), fields=['seal_code'], name='meeting_by_code'),
        ),
        migrations.AddIndex(
            model_name='meeting',
            index=models.Index(fields=['group', '-meeting_date'], name='meeting_newest'),
        ),
        migrations.AddConstraint(
            model_name='meeting',
            constraint=models.UniqueConstraint(fields=('group', 'meeting_date'), name='one_meeting_a_day'),
        ),
        migrations.AddConstraint(
            model_name='meeting',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['SCHEDULED', 'OPEN', 'SEALED'])), name='meeting_status'),
        ),
        migrations.AddConstraint(
            model_name='meeting',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('opened_at__isnull', True), ('status', 'SCHEDULED')), models.Q(models.Q(('status', 'SCHEDULED'), _negated=True), ('opened_at__isnull', False), ('opened_by__isnull', False)), _connector='OR'), name='meeting_opened'),
        ),
        migrations.AddConstraint(
            model_name='meeting',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('entries__isnull', False), ('sealed_at__isnull', False), ('sealed_by__isnull', False), ('status', 'SEALED'), models.Q(('seal_code', ''), _negated=True), models.Q(('head_hash', ''), _negated=True), models.Q(('seal_hash', ''), _negated=True)), models.Q(models.Q(('status', 'SEALED'), _negated=True), ('head_hash', ''), ('seal_code', ''), ('seal_hash', ''), ('sealed_at__isnull', True)), _connector='OR'), name='meeting_sealed_whole'),
        ),
        migrations.AddIndex(
            model_name='cashcount',
            index=models.Index(fields=['group', '-counted_at'], name='count_newest'),
        ),
        migrations.AddConstraint(
            model_name='cashcount',
            constraint=models.CheckConstraint(condition=models.Q(('counted__gte', 0)), name='counted_something'),
        ),
        migrations.AddConstraint(
            model_name='cashcount',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('meeting__isnull', True), ('moment', 'OUTSIDE')), models.Q(('meeting__isnull', False), ('moment__in', ['OPENING', 'CLOSING'])), _connector='OR'), name='count_moment'),
        ),
        migrations.AddConstraint(
            model_name='attendance',
            constraint=models.UniqueConstraint(fields=('meeting', 'member'), name='marked_once'),
        ),
        migrations.AddConstraint(
            model_name='attendance',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['PRESENT', 'LATE', 'EXCUSED', 'ABSENT'])), name='attendance_status'),
        ),
    ]
