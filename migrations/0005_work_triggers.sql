-- The life of a work order: legal steps, each told by its event, and a promise told where it is made.
CREATE TRIGGER work_begins BEFORE INSERT ON work_order
WHEN NEW.status <> 'received' OR NEW.revision <> 1
BEGIN
  SELECT RAISE(ABORT, 'a work order begins when it is received');
END;
--> statement-breakpoint
CREATE TRIGGER work_step BEFORE UPDATE ON work_order
WHEN NEW.revision <> OLD.revision + 1 OR NEW.id <> OLD.id OR NEW.created_at <> OLD.created_at
  OR NEW.status <> OLD.status AND OLD.status || '>' || NEW.status NOT IN (
    'received>diagnosing', 'received>quoted', 'received>scheduled', 'received>in_progress', 'received>cancelled',
    'diagnosing>quoted', 'diagnosing>scheduled', 'diagnosing>in_progress', 'diagnosing>cancelled',
    'quoted>approved', 'quoted>declined', 'quoted>quote_expired', 'quoted>cancelled',
    'approved>quoted', 'approved>scheduled', 'approved>in_progress', 'approved>cancelled',
    'scheduled>quoted', 'scheduled>in_progress', 'scheduled>cancelled',
    'in_progress>quoted', 'in_progress>paused', 'in_progress>quality_check', 'in_progress>ready', 'in_progress>cancelled',
    'paused>quoted', 'paused>in_progress', 'paused>cancelled',
    'quality_check>quoted', 'quality_check>in_progress', 'quality_check>ready', 'quality_check>cancelled',
    'ready>collected', 'collected>closed', 'collected>reopened', 'closed>reopened',
    'declined>quoted', 'declined>collected', 'declined>cancelled',
    'quote_expired>quoted', 'quote_expired>approved', 'quote_expired>collected', 'quote_expired>cancelled'
  )
BEGIN
  SELECT RAISE(ABORT, 'not a step in the life of a work order');
END;
--> statement-breakpoint
CREATE TRIGGER work_told_first BEFORE INSERT ON work_order
WHEN NOT EXISTS (
  SELECT 1 FROM event e WHERE e.subject = NEW.id AND e.revision = NEW.revision
    AND (NEW.promised_at IS NULL OR EXISTS (
      SELECT 1 FROM json_each(e.data, '$.promises') p
      WHERE p.value->>'kind' = 'ready_by' AND p.value->>'at' = NEW.promised_at
    ))
)
BEGIN
  SELECT RAISE(ABORT, 'a work order is told of by its event, and so is its promise');
END;
--> statement-breakpoint
CREATE TRIGGER work_told BEFORE UPDATE ON work_order
WHEN NOT EXISTS (
  SELECT 1 FROM event e WHERE e.subject = NEW.id AND e.revision = NEW.revision
    AND (NEW.promised_at IS OLD.promised_at OR EXISTS (
      SELECT 1 FROM json_each(e.data, '$.promises') p
      WHERE p.value->>'kind' = 'ready_by' AND p.value->>'at' IS NEW.promised_at
    ))
)
BEGIN
  SELECT RAISE(ABORT, 'a change is told by its event, and so is another promise');
END;
--> statement-breakpoint
CREATE TRIGGER work_first_promise_kept BEFORE UPDATE OF first_promised_at ON work_order
WHEN OLD.first_promised_at IS NOT NULL AND NEW.first_promised_at IS NOT OLD.first_promised_at
BEGIN
  SELECT RAISE(ABORT, 'the first promise stays');
END;
--> statement-breakpoint
-- What is done happened after what was done before it.
CREATE TRIGGER work_time BEFORE UPDATE ON work_order
WHEN NEW.changed_at < OLD.changed_at OR NEW.status_at < OLD.status_at
BEGIN
  SELECT RAISE(ABORT, 'time runs forward in a work order');
END;
--> statement-breakpoint
CREATE TRIGGER work_kept BEFORE DELETE ON work_order
BEGIN
  SELECT RAISE(ABORT, 'a work order is never deleted');
END;
--> statement-breakpoint
-- Quotes: one open at a time, decided within its time, and what was asked stays as it was asked.
CREATE TRIGGER work_quote_begins BEFORE INSERT ON work_quote
WHEN NEW.status <> 'open'
BEGIN
  SELECT RAISE(ABORT, 'a quote begins open');
END;
--> statement-breakpoint
CREATE TRIGGER work_quote_ends_once BEFORE UPDATE ON work_quote
WHEN OLD.status <> 'open'
BEGIN
  SELECT RAISE(ABORT, 'a quote ends once');
END;
--> statement-breakpoint
CREATE TRIGGER work_quote_fixed BEFORE UPDATE OF order_id, version, price_limit, made_at, expires_at ON work_quote
BEGIN
  SELECT RAISE(ABORT, 'a quote does not change, another replaces it');
END;
--> statement-breakpoint
CREATE TRIGGER work_quote_kept BEFORE DELETE ON work_quote
BEGIN
  SELECT RAISE(ABORT, 'a quote is never deleted');
END;
--> statement-breakpoint
CREATE TRIGGER work_line_begins BEFORE INSERT ON work_line
WHEN NEW.decision <> 'open' OR NEW.worked_at IS NOT NULL OR NEW.billed IS NOT NULL OR NOT EXISTS (
  SELECT 1 FROM work_quote q WHERE q.order_id = NEW.order_id AND q.version = NEW.version AND q.status = 'open'
)
BEGIN
  SELECT RAISE(ABORT, 'a line begins undecided, on an open quote');
END;
--> statement-breakpoint
CREATE TRIGGER work_line_fixed BEFORE UPDATE OF order_id, line, version, kind, name, amount, amount_most, optional, of_line ON work_line
BEGIN
  SELECT RAISE(ABORT, 'a line does not change, another quote asks anew');
END;
--> statement-breakpoint
CREATE TRIGGER work_line_decided_once BEFORE UPDATE OF decision, decided_at ON work_line
WHEN OLD.decision <> 'open'
BEGIN
  SELECT RAISE(ABORT, 'a line is decided once');
END;
--> statement-breakpoint
CREATE TRIGGER work_line_in_time BEFORE UPDATE OF decision ON work_line
WHEN NEW.decision = 'approved' AND NOT EXISTS (
  SELECT 1 FROM work_quote q
  WHERE q.order_id = NEW.order_id AND q.version = NEW.version AND q.status = 'open' AND q.expires_at > NEW.decided_at
)
BEGIN
  SELECT RAISE(ABORT, 'a line is approved while its quote is open');
END;
--> statement-breakpoint
CREATE TRIGGER work_line_billed_once BEFORE UPDATE OF billed ON work_line
WHEN OLD.billed IS NOT NULL OR EXISTS (SELECT 1 FROM work_invoice i WHERE i.order_id = NEW.order_id)
BEGIN
  SELECT RAISE(ABORT, 'a line is billed once');
END;
--> statement-breakpoint
CREATE TRIGGER work_line_kept BEFORE DELETE ON work_line
BEGIN
  SELECT RAISE(ABORT, 'a line is never deleted');
END;
--> statement-breakpoint
-- An invoice is the sum of its billed lines, all of which were approved, under the ceiling that was agreed last.
CREATE TRIGGER work_invoice_of_lines BEFORE INSERT ON work_invoice
WHEN NEW.total <> (SELECT coalesce(sum(billed), 0) FROM work_line WHERE order_id = NEW.order_id)
BEGIN
  SELECT RAISE(ABORT, 'an invoice is the sum of its lines');
END;
--> statement-breakpoint
CREATE TRIGGER work_invoice_under_ceiling BEFORE INSERT ON work_invoice
WHEN NEW.total > coalesce((
  SELECT ceiling FROM work_quote WHERE order_id = NEW.order_id AND status = 'decided' ORDER BY version DESC LIMIT 1
), 0)
BEGIN
  SELECT RAISE(ABORT, 'an invoice stays under its ceiling');
END;
--> statement-breakpoint
CREATE TRIGGER work_invoice_fixed BEFORE UPDATE ON work_invoice
BEGIN
  SELECT RAISE(ABORT, 'an invoice does not change');
END;
--> statement-breakpoint
CREATE TRIGGER work_invoice_kept BEFORE DELETE ON work_invoice
BEGIN
  SELECT RAISE(ABORT, 'an invoice is never deleted');
END;
