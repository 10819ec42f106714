"""Papers written before codes were kept get theirs: computed from the id, so that nothing is told anew."""

from django.db import migrations

from core.codes import short_code

_BATCH = 1000


def _write_codes(apps, editor):
    vouchers = apps.get_model("ledger", "Voucher")
    papers = list(vouchers.objects.filter(code="").only("id", "code"))
    if not papers:
        return
    for paper in papers:
        paper.code = short_code(paper.id)
    # On SQLite the guards have stepped aside for the migration; here the one that keeps settled papers does.
    is_postgresql = editor.connection.vendor == "postgresql"
    if is_postgresql:
        editor.execute("ALTER TABLE ledger_voucher DISABLE TRIGGER voucher_settled")
    vouchers.objects.bulk_update(papers, ["code"], batch_size=_BATCH)
    if is_postgresql:
        editor.execute("ALTER TABLE ledger_voucher ENABLE TRIGGER voucher_settled")


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_codes_and_closings")]

    operations = [migrations.RunPython(_write_codes, migrations.RunPython.noop)]
