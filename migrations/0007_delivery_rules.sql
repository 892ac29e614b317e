-- What happened before there were messages is told to nobody.
INSERT INTO cursor (reader, seq) SELECT 'deliveries', coalesce(max(seq), 0) FROM event;
--> statement-breakpoint
-- A reader goes forward only: what it has seen is planned once.
CREATE TRIGGER cursor_forward BEFORE UPDATE ON cursor
WHEN NEW.reader <> OLD.reader OR NEW.seq < OLD.seq
BEGIN
  SELECT RAISE(ABORT, 'a cursor goes forward');
END;
--> statement-breakpoint
-- What was sent, stored or dropped stays so; what failed can be tried again.
CREATE TRIGGER delivery_ended BEFORE UPDATE ON delivery
WHEN OLD.status IN ('sent', 'stored', 'dropped')
BEGIN
  SELECT RAISE(ABORT, 'a delivery ends once');
END;
--> statement-breakpoint
CREATE TRIGGER delivery_kept BEFORE DELETE ON delivery
BEGIN
  SELECT RAISE(ABORT, 'a delivery is never deleted');
END;
