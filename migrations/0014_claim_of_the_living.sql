-- Whatever code path writes it: capacity comes back only when the booking that took it has ended.
CREATE TRIGGER claim_of_the_living BEFORE UPDATE OF released_at ON claim
WHEN OLD.released_at IS NULL AND NEW.released_at IS NOT NULL
  AND EXISTS (SELECT 1 FROM booking WHERE id = OLD.booking_id AND status NOT IN ('cancelled', 'expired'))
BEGIN
  SELECT RAISE(ABORT, 'a claim is released when its booking has ended');
END;
