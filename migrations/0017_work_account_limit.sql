-- Whoever holds the link of an order approves as much as the account lets them; the rest is for its office.
CREATE TRIGGER work_quote_account BEFORE UPDATE OF status ON work_quote
WHEN NEW.status = 'decided' AND NEW.decided_by = 'customer:' || NEW.order_id AND NEW.ceiling > (
  SELECT a.value->>'approvesTo'
  FROM work_order o JOIN work_setup s ON s.location_id = o.location_id, json_each(s.setup, '$.accounts') a
  WHERE o.id = NEW.order_id AND a.value->>'id' = o.account
)
BEGIN
  SELECT RAISE(ABORT, 'above this the office of the account decides');
END;
