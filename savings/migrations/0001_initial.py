import core.fields
import core.ids
import django.db.models.deletion
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
            name='Fine',
            fields=[
                ('id', models.UUIDField(default=core.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('cause', models.CharField(choices=[('LATE', 'Came late'), ('ABSENT', 'Stayed away'), ('LATE_PAYMENT', 'Paid late'), ('OTHER', 'Another reason')], max_length=12)),
                ('amount', core.fields.MoneyField()),
                ('status', models.CharField(choices=[('OUTSTANDING', 'Outstanding'), ('PAID', 'Paid'), ('WAIVED', 'Waived'), ('CANCELLED', 'Cancelled')], default='OUTSTANDING', max_length=11)),
                ('clause', models.CharField(blank=True, max_length=40)),
                ('meeting_id', models.UUIDField(blank=True, null=True)),
                ('imposed_on', models.DateField()),
                ('due_on', models.DateField()),
                ('imposed_at', models.DateTimeField()),
                ('waived_at', models.DateTimeField(blank=True, null=True)),
                ('reason_sealed', models.BinaryField(blank=True)),
                ('verdict_sealed', models.BinaryField(blank=True)),
                ('constitution', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='groups.constitution')),
                ('data_key', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='users.datakey')),
                ('group', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='fines', to='groups.bankinggroup')),
                ('imposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('member', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='fines', to='members.member')),
                ('waived_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['group', 'member', 'imposed_on'], name='fine_by_member'), models.Index(condition=models.Q(('status', 'OUTSTANDING')), fields=['group', 'due_on'], name='fine_open')],
                'constraints': [models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='fine_amount'), models.CheckConstraint(condition=models.Q(('status__in', ['OUTSTANDING', 'PAID', 'WAIVED', 'CANCELLED'])), name='fine_status'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'WAIVED'), ('waived_at__isnull', False), ('waived_by__isnull', False)), models.Q(models.Q(('status', 'WAIVED'), _negated=True), ('waived_at__isnull', True), ('waived_by__isnull', True)), _connector='OR'), name='fine_waived_by_somebody'), models.CheckConstraint(condition=models.Q(('waived_by__isnull', True), models.Q(('waived_by', models.F('imposed_by')), _negated=True), _connector='OR'), name='fine_waived_by_another'), models.UniqueConstraint(condition=models.Q(('cause__in', ['LATE', 'ABSENT']), ('meeting_id__isnull', False), models.Q(('status', 'CANCELLED'), _negated=True)), fields=('group', 'member', 'meeting_id'), name='one_roll_call_fine')],
            },
        ),
    ]
