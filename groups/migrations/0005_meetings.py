from decimal import Decimal
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('groups', '0004_places'),
    ]

    operations = [
        migrations.AddField(
            model_name='constitution',
            name='quorum_percent',
            field=models.DecimalField(decimal_places=2, default=Decimal('50'), max_digits=5),
        ),
        migrations.AddField(
            model_name='organisation',
            name='months_close_on_day',
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name='organisation',
            constraint=models.CheckConstraint(condition=models.Q(('months_close_on_day__isnull', True), models.Q(('months_close_on_day__gte', 1), ('months_close_on_day__lte', 28)), _connector='OR'), name='months_close_on_a_day_that_every_month_has'),
        ),
    ]
