-- The guards of the books on PostgreSQL. Installed after every migrate; each refusal arrives as a check violation
-- (23514) whose constraint name says what was tried. `CREATE TRIGGER` and its table stand on one line: guards.py
-- reads the names from here.

ALTER TABLE ledger_book SET (fillfactor = 50);
ALTER TABLE ledger_balance SET (fillfactor = 50);

CREATE OR REPLACE FUNCTION ledger_refuse(code text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'refused by the books: %', code USING ERRCODE = '23514', CONSTRAINT = code;
END $$;

-- Refuses whatever the trigger is bound to, with the code it was given.
CREATE OR REPLACE FUNCTION ledger_never() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM ledger_refuse(TG_ARGV[0]);
  RETURN NULL;
END $$;

-- No line joins an entry that exists. The lock is on the entry's id, so a line slipped in from another transaction
-- waits for the entry it aims at, whatever account or group it names.
CREATE OR REPLACE FUNCTION ledger_late_line() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    PERFORM ledger_refuse('ledger_isolation');
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended(entries.id::text, 0))
    FROM (SELECT DISTINCT entry_id AS id FROM fresh ORDER BY 1) entries;
  IF EXISTS (SELECT 1 FROM fresh JOIN ledger_entry e ON e.id = fresh.entry_id) THEN
    PERFORM ledger_refuse('ledger_sealed');
  END IF;
  RETURN NULL;
END $$;

-- The seal: what an entry must satisfy when its header is written, and the only hand that moves the balances.
CREATE OR REPLACE FUNCTION ledger_seal() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  found record;
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    PERFORM ledger_refuse('ledger_isolation');
  END IF;
  PERFORM 1 FROM ledger_book WHERE group_id IN (SELECT group_id FROM fresh) ORDER BY group_id FOR NO KEY UPDATE;

  SELECT bool_or(s.number IS DISTINCT FROM COALESCE(s.number_before, s.entries) + 1) AS gap,
         bool_or(s.previous_hash IS DISTINCT FROM COALESCE(s.hash_before, s.last_hash)) AS broken
    INTO found
    FROM (SELECT f.number, f.previous_hash, b.entries, b.last_hash,
                 lag(f.number) OVER w AS number_before, lag(f.hash) OVER w AS hash_before
            FROM fresh f LEFT JOIN ledger_book b ON b.group_id = f.group_id
          WINDOW w AS (PARTITION BY f.group_id ORDER BY f.number)) s;
  IF found.gap THEN PERFORM ledger_refuse('ledger_gap'); END IF;
  IF found.broken THEN PERFORM ledger_refuse('ledger_broken_link'); END IF;

  SELECT bool_or(s.lines < 2) AS few, bool_or(s.total <> 0) AS unbalanced,
         bool_or(s.account) AS account, bool_or(s.member) AS member, bool_or(s.entry) AS entry
    INTO found
    FROM (SELECT count(l.id) AS lines, COALESCE(sum(l.amount), 0) AS total,
                 bool_or(a.group_id <> f.group_id) AS account, bool_or(m.group_id <> f.group_id) AS member,
                 bool_or(r.group_id <> f.group_id) AS entry
            FROM fresh f
            LEFT JOIN ledger_line l ON l.entry_id = f.id
            LEFT JOIN ledger_account a ON a.id = l.account_id
            LEFT JOIN members_member m ON m.id = l.member_id
            LEFT JOIN ledger_entry r ON r.id = f.reverses_id
           GROUP BY f.id) s;
  IF found.few THEN PERFORM ledger_refuse('ledger_too_few_lines'); END IF;
  IF found.unbalanced THEN PERFORM ledger_refuse('ledger_unbalanced'); END IF;
  IF found.account THEN PERFORM ledger_refuse('ledger_foreign_account'); END IF;
  IF found.member THEN PERFORM ledger_refuse('ledger_foreign_member'); END IF;
  IF found.entry THEN PERFORM ledger_refuse('ledger_foreign_entry'); END IF;

  INSERT INTO ledger_balance AS kept (account_id, holder, amount)
  SELECT l.account_id, COALESCE(l.member_id, l.officer_id, '00000000-0000-0000-0000-000000000000'), sum(l.amount)
    FROM fresh f JOIN ledger_line l ON l.entry_id = f.id
   GROUP BY 1, 2 ORDER BY 1, 2
  ON CONFLICT (account_id, holder) DO UPDATE SET amount = kept.amount + EXCLUDED.amount;

  INSERT INTO ledger_daytotal AS kept (account_id, booked_on, debit, credit)
  SELECT l.account_id, f.booked_on, sum(greatest(l.amount, 0)), sum(greatest(-l.amount, 0))
    FROM fresh f JOIN ledger_line l ON l.entry_id = f.id
   GROUP BY 1, 2 ORDER BY 1, 2
  ON CONFLICT (account_id, booked_on) DO UPDATE
     SET debit = kept.debit + EXCLUDED.debit, credit = kept.credit + EXCLUDED.credit;

  UPDATE ledger_book b SET entries = newest.number, last_hash = newest.hash
    FROM (SELECT DISTINCT ON (group_id) group_id, number, hash FROM fresh ORDER BY group_id, number DESC) newest
   WHERE b.group_id = newest.group_id;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION ledger_new_book() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.entries <> 0 OR NEW.last_hash <> repeat('0', 64) THEN PERFORM ledger_refuse('ledger_hands_off'); END IF;
  RETURN NEW;
END $$;

-- A voucher waits, is settled once, and stays. While it waits only the verdict and the receiver may be written;
-- every other column, also one added later, is frozen from birth.
CREATE OR REPLACE FUNCTION ledger_settled_voucher() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  open_columns text[] := '{status,verified_by_id,verified_at,entry_id,verdict_sealed,to_officer_id}';
BEGIN
  IF OLD.status <> 'PENDING' THEN PERFORM ledger_refuse('voucher_settled'); END IF;
  IF to_jsonb(OLD) - open_columns IS DISTINCT FROM to_jsonb(NEW) - open_columns THEN
    PERFORM ledger_refuse('voucher_frozen');
  END IF;
  RETURN NEW;
END $$;

-- A claim on a receipt is set free once, when its paper fell; nothing else on it ever changes.
CREATE OR REPLACE FUNCTION ledger_freed_claim() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.freed_at IS NOT NULL OR NEW.freed_at IS NULL
     OR to_jsonb(OLD) - 'freed_at' IS DISTINCT FROM to_jsonb(NEW) - 'freed_at' THEN
    PERFORM ledger_refuse('ledger_claim_kept');
  END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER line_late AFTER INSERT ON ledger_line
  REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION ledger_late_line();
CREATE OR REPLACE TRIGGER entry_seal AFTER INSERT ON ledger_entry
  REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION ledger_seal();

CREATE OR REPLACE TRIGGER entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_entry
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_never('ledger_append_only');
CREATE OR REPLACE TRIGGER line_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_line
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_never('ledger_append_only');
CREATE OR REPLACE TRIGGER account_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_account
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_never('ledger_append_only');
CREATE OR REPLACE TRIGGER period_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_closedperiod
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_never('ledger_append_only');
CREATE OR REPLACE TRIGGER closing_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_closingbalance
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_never('ledger_append_only');
CREATE OR REPLACE TRIGGER act_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_act
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_never('audit_append_only');

-- Depth 0 is a statement from outside; the seal writes at depth 1.
CREATE OR REPLACE TRIGGER balance_hands_off BEFORE INSERT OR UPDATE ON ledger_balance
  FOR EACH STATEMENT WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION ledger_never('ledger_hands_off');
CREATE OR REPLACE TRIGGER balance_kept BEFORE DELETE OR TRUNCATE ON ledger_balance
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_never('ledger_hands_off');
CREATE OR REPLACE TRIGGER day_hands_off BEFORE INSERT OR UPDATE ON ledger_daytotal
  FOR EACH STATEMENT WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION ledger_never('ledger_hands_off');
CREATE OR REPLACE TRIGGER day_kept BEFORE DELETE OR TRUNCATE ON ledger_daytotal
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_never('ledger_hands_off');
CREATE OR REPLACE TRIGGER book_hands_off BEFORE UPDATE ON ledger_book
  FOR EACH STATEMENT WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION ledger_never('ledger_hands_off');
CREATE OR REPLACE TRIGGER book_kept BEFORE DELETE OR TRUNCATE ON ledger_book
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_never('ledger_hands_off');
CREATE OR REPLACE TRIGGER book_new BEFORE INSERT ON ledger_book
  FOR EACH ROW EXECUTE FUNCTION ledger_new_book();

CREATE OR REPLACE TRIGGER voucher_settled BEFORE UPDATE ON ledger_voucher
  FOR EACH ROW EXECUTE FUNCTION ledger_settled_voucher();
CREATE OR REPLACE TRIGGER voucher_kept BEFORE DELETE OR TRUNCATE ON ledger_voucher
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_never('voucher_settled');

CREATE OR REPLACE TRIGGER approval_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_approval
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_never('ledger_append_only');
CREATE OR REPLACE TRIGGER claim_freed_once BEFORE UPDATE ON ledger_receiptclaim
  FOR EACH ROW EXECUTE FUNCTION ledger_freed_claim();
CREATE OR REPLACE TRIGGER claim_kept BEFORE DELETE OR TRUNCATE ON ledger_receiptclaim
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_never('ledger_claim_kept');
