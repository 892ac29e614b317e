-- The ledger starts from the first event that there is.
INSERT INTO cursor (reader, seq) VALUES ('promises', 0);
