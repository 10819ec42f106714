import core.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('groups', '0005_meetings'),
        ('ledger', '0001_initial'),
        ('members', '0003_writers'),
        ('users', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ClosingBalance',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('code', models.CharField(max_length=4)),
                ('amount', core.fields.MoneyField()),
            ],
        ),
        migrations.AddField(
            model_name='closedperiod',
            name='entries',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='closedperiod',
            name='head_hash',
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name='voucher',
            name='bundle_id',
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name='voucher',
            name='code',
            field=models.CharField(blank=True, max_length=11),
        ),
        migrations.AlterField(
            model_name='closedperiod',
            name='closed_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddIndex(
            model_name='voucher',
            index=models.Index(fields=['code'], name='voucher_by_code'),
        ),
        migrations.AddIndex(
            model_name='voucher',
            index=models.Index(condition=models.Q(('meeting_id__isnull', False)), fields=['meeting_id'], name='voucher_by_meeting'),
        ),
        migrations.AddIndex(
            model_name='voucher',
            index=models.Index(condition=models.Q(('bundle_id__isnull', False)), fields=['bundle_id'], name='voucher_by_bundle'),
        ),
        migrations.AddField(
            model_name='closingbalance',
            name='period',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='balances', to='ledger.closedperiod'),
        ),
        migrations.AddConstraint(
            model_name='closingbalance',
            constraint=models.UniqueConstraint(fields=('period', 'code'), name='closing_balance_once'),
        ),
    ]
