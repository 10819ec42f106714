-- The guards of the books on SQLite. Installed after every migrate, dropped before one (a rebuilt table would take
-- them along); each refusal arrives as an integrity error whose message is the code. `CREATE TRIGGER` and its table
-- stand on one line: guards.py reads the names from here. A trigger ends with the line "END;".
-- REPLACE fires the delete triggers only under PRAGMA recursive_triggers = ON, which the settings give.

CREATE TRIGGER line_late BEFORE INSERT ON ledger_line
WHEN EXISTS (SELECT 1 FROM ledger_entry WHERE id = NEW.entry_id)
BEGIN
  SELECT RAISE(ABORT, 'ledger_sealed');
END;

-- The seal: what an entry must satisfy when its header is written, and the only hand that moves the balances.
CREATE TRIGGER entry_seal AFTER INSERT ON ledger_entry
BEGIN
  SELECT RAISE(ABORT, 'ledger_gap')
   WHERE NEW.number IS NOT (SELECT entries + 1 FROM ledger_book WHERE group_id = NEW.group_id);
  SELECT RAISE(ABORT, 'ledger_broken_link')
   WHERE NEW.previous_hash IS NOT (SELECT last_hash FROM ledger_book WHERE group_id = NEW.group_id);
  SELECT RAISE(ABORT, 'ledger_too_few_lines')
   WHERE (SELECT count(*) FROM ledger_line WHERE entry_id = NEW.id) < 2;
  SELECT RAISE(ABORT, 'ledger_unbalanced')
   WHERE (SELECT sum(amount) FROM ledger_line WHERE entry_id = NEW.id) <> 0;
  SELECT RAISE(ABORT, 'ledger_foreign_account')
    FROM ledger_line l JOIN ledger_account a ON a.id = l.account_id
   WHERE l.entry_id = NEW.id AND a.group_id <> NEW.group_id;
  SELECT RAISE(ABORT, 'ledger_foreign_member')
    FROM ledger_line l JOIN members_member m ON m.id = l.member_id
   WHERE l.entry_id = NEW.id AND m.group_id <> NEW.group_id;
  SELECT RAISE(ABORT, 'ledger_foreign_entry')
    FROM ledger_entry r WHERE r.id = NEW.reverses_id AND r.group_id <> NEW.group_id;

  INSERT INTO ledger_balance (account_id, holder, amount)
  SELECT account_id, COALESCE(member_id, officer_id, '00000000000000000000000000000000'), sum(amount)
    FROM ledger_line WHERE entry_id = NEW.id GROUP BY 1, 2
  ON CONFLICT (account_id, holder) DO UPDATE SET amount = amount + excluded.amount;

  INSERT INTO ledger_daytotal (account_id, booked_on, debit, credit)
  SELECT account_id, NEW.booked_on, sum(max(amount, 0)), sum(max(-amount, 0))
    FROM ledger_line WHERE entry_id = NEW.id GROUP BY 1
  ON CONFLICT (account_id, booked_on) DO UPDATE SET debit = debit + excluded.debit, credit = credit + excluded.credit;

  UPDATE ledger_book SET entries = NEW.number, last_hash = NEW.hash WHERE group_id = NEW.group_id;
END;

CREATE TRIGGER entry_no_update BEFORE UPDATE ON ledger_entry
BEGIN
  SELECT RAISE(ABORT, 'ledger_append_only');
END;

CREATE TRIGGER entry_no_delete BEFORE DELETE ON ledger_entry
BEGIN
  SELECT RAISE(ABORT, 'ledger_append_only');
END;

CREATE TRIGGER line_no_update BEFORE UPDATE ON ledger_line
BEGIN
  SELECT RAISE(ABORT, 'ledger_append_only');
END;

CREATE TRIGGER line_no_delete BEFORE DELETE ON ledger_line
BEGIN
  SELECT RAISE(ABORT, 'ledger_append_only');
END;

CREATE TRIGGER account_no_update BEFORE UPDATE ON ledger_account
BEGIN
  SELECT RAISE(ABORT, 'ledger_append_only');
END;

CREATE TRIGGER account_no_delete BEFORE DELETE ON ledger_account
BEGIN
  SELECT RAISE(ABORT, 'ledger_append_only');
END;

CREATE TRIGGER period_no_update BEFORE UPDATE ON ledger_closedperiod
BEGIN
  SELECT RAISE(ABORT, 'ledger_append_only');
END;

CREATE TRIGGER period_no_delete BEFORE DELETE ON ledger_closedperiod
BEGIN
  SELECT RAISE(ABORT, 'ledger_append_only');
END;

CREATE TRIGGER closing_no_update BEFORE UPDATE ON ledger_closingbalance
BEGIN
  SELECT RAISE(ABORT, 'ledger_append_only');
END;

CREATE TRIGGER closing_no_delete BEFORE DELETE ON ledger_closingbalance
BEGIN
  SELECT RAISE(ABORT, 'ledger_append_only');
END;

CREATE TRIGGER act_no_update BEFORE UPDATE ON audit_act
BEGIN
  SELECT RAISE(ABORT, 'audit_append_only');
END;

CREATE TRIGGER act_no_delete BEFORE DELETE ON audit_act
BEGIN
  SELECT RAISE(ABORT, 'audit_append_only');
END;

-- Balances, day totals and the head move only while the group's newest entry is ahead of its head. That is so inside
-- the seal and nowhere else, so there is no flag to forge.
CREATE TRIGGER balance_hands_off_insert BEFORE INSERT ON ledger_balance
WHEN NOT EXISTS (
  SELECT 1 FROM ledger_account a JOIN ledger_book b ON b.group_id = a.group_id
    JOIN ledger_entry e ON e.group_id = b.group_id AND e.number = b.entries + 1 WHERE a.id = NEW.account_id)
BEGIN
  SELECT RAISE(ABORT, 'ledger_hands_off');
END;

CREATE TRIGGER balance_hands_off_update BEFORE UPDATE ON ledger_balance
WHEN NEW.account_id <> OLD.account_id OR NEW.holder <> OLD.holder OR NOT EXISTS (
  SELECT 1 FROM ledger_account a JOIN ledger_book b ON b.group_id = a.group_id
    JOIN ledger_entry e ON e.group_id = b.group_id AND e.number = b.entries + 1 WHERE a.id = OLD.account_id)
BEGIN
  SELECT RAISE(ABORT, 'ledger_hands_off');
END;

CREATE TRIGGER balance_kept BEFORE DELETE ON ledger_balance
BEGIN
  SELECT RAISE(ABORT, 'ledger_hands_off');
END;

CREATE TRIGGER day_hands_off_insert BEFORE INSERT ON ledger_daytotal
WHEN NOT EXISTS (
  SELECT 1 FROM ledger_account a JOIN ledger_book b ON b.group_id = a.group_id
    JOIN ledger_entry e ON e.group_id = b.group_id AND e.number = b.entries + 1 WHERE a.id = NEW.account_id)
BEGIN
  SELECT RAISE(ABORT, 'ledger_hands_off');
END;

CREATE TRIGGER day_hands_off_update BEFORE UPDATE ON ledger_daytotal
WHEN NEW.account_id <> OLD.account_id OR NEW.booked_on <> OLD.booked_on OR NOT EXISTS (
  SELECT 1 FROM ledger_account a JOIN ledger_book b ON b.group_id = a.group_id
    JOIN ledger_entry e ON e.group_id = b.group_id AND e.number = b.entries + 1 WHERE a.id = OLD.account_id)
BEGIN
  SELECT RAISE(ABORT, 'ledger_hands_off');
END;

CREATE TRIGGER day_kept BEFORE DELETE ON ledger_daytotal
BEGIN
  SELECT RAISE(ABORT, 'ledger_hands_off');
END;

CREATE TRIGGER book_new BEFORE INSERT ON ledger_book
WHEN NEW.entries <> 0 OR NEW.last_hash <> '0000000000000000000000000000000000000000000000000000000000000000'
BEGIN
  SELECT RAISE(ABORT, 'ledger_hands_off');
END;

CREATE TRIGGER book_hands_off BEFORE UPDATE ON ledger_book
WHEN NEW.group_id <> OLD.group_id OR NEW.entries <> OLD.entries + 1 OR NOT EXISTS (
  SELECT 1 FROM ledger_entry e WHERE e.group_id = OLD.group_id AND e.number = NEW.entries AND e.hash = NEW.last_hash)
BEGIN
  SELECT RAISE(ABORT, 'ledger_hands_off');
END;

CREATE TRIGGER book_kept BEFORE DELETE ON ledger_book
BEGIN
  SELECT RAISE(ABORT, 'ledger_hands_off');
END;

-- A voucher waits, is settled once, and stays. While it waits only the verdict and the receiver may be written.
CREATE TRIGGER voucher_settled BEFORE UPDATE ON ledger_voucher
WHEN OLD.status <> 'PENDING'
BEGIN
  SELECT RAISE(ABORT, 'voucher_settled');
END;

CREATE TRIGGER voucher_frozen BEFORE UPDATE ON ledger_voucher
WHEN OLD.status = 'PENDING' AND (
  NEW.id IS NOT OLD.id OR NEW.group_id IS NOT OLD.group_id OR NEW.kind IS NOT OLD.kind
  OR NEW.detail IS NOT OLD.detail OR NEW.member_id IS NOT OLD.member_id OR NEW.amount IS NOT OLD.amount
  OR NEW.method IS NOT OLD.method OR NEW.booked_on IS NOT OLD.booked_on OR NEW.from_place IS NOT OLD.from_place
  OR NEW.from_officer_id IS NOT OLD.from_officer_id OR NEW.to_place IS NOT OLD.to_place
  OR NEW.meeting_id IS NOT OLD.meeting_id OR NEW.bundle_id IS NOT OLD.bundle_id OR NEW.code IS NOT OLD.code
  OR NEW.subject_id IS NOT OLD.subject_id
  OR NEW.receipt_number IS NOT OLD.receipt_number OR NEW.is_short IS NOT OLD.is_short
  OR NEW.recorded_by_id IS NOT OLD.recorded_by_id OR NEW.recorded_at IS NOT OLD.recorded_at
  OR NEW.reverses_id IS NOT OLD.reverses_id OR NEW.data_key_id IS NOT OLD.data_key_id
  OR NEW.reason_sealed IS NOT OLD.reason_sealed)
BEGIN
  SELECT RAISE(ABORT, 'voucher_frozen');
END;

CREATE TRIGGER voucher_kept BEFORE DELETE ON ledger_voucher
BEGIN
  SELECT RAISE(ABORT, 'voucher_settled');
END;

CREATE TRIGGER approval_no_update BEFORE UPDATE ON ledger_approval
BEGIN
  SELECT RAISE(ABORT, 'ledger_append_only');
END;

CREATE TRIGGER approval_no_delete BEFORE DELETE ON ledger_approval
BEGIN
  SELECT RAISE(ABORT, 'ledger_append_only');
END;

-- A claim on a receipt is set free once, when its paper fell; nothing else on it ever changes.
CREATE TRIGGER claim_freed_once BEFORE UPDATE ON ledger_receiptclaim
WHEN OLD.freed_at IS NOT NULL OR NEW.freed_at IS NULL OR NEW.id IS NOT OLD.id
  OR NEW.organisation_id IS NOT OLD.organisation_id OR NEW.group_id IS NOT OLD.group_id
  OR NEW.method IS NOT OLD.method OR NEW.number IS NOT OLD.number OR NEW.voucher_id IS NOT OLD.voucher_id
BEGIN
  SELECT RAISE(ABORT, 'ledger_claim_kept');
END;

CREATE TRIGGER claim_kept BEFORE DELETE ON ledger_receiptclaim
BEGIN
  SELECT RAISE(ABORT, 'ledger_claim_kept');
END;
