-- An import killed in mid-run, in the words of the first version: every state, with a reference and without.
INSERT INTO imports (name, account, file, sha256, row_count, recipe, on_error, status, note, created_at, started_at)
VALUES ('March', 'acme', '/tmp/march.csv', unhex('0707070707070707070707070707070707070707070707070707070707070707'), 9,
        '', 'halt', 'processing', '', 5, 6);
INSERT INTO rows (import, row, line, content, state, identity, reference, client, sent_at, case_id, case_number, reason)
VALUES (1, 1, 2, unhex('01010101010101010101010101010101'), 'created', 'reference 100 A-1', 'A-1', 100, 1100, '100001', '2026-1', NULL),
       (1, 2, 3, unhex('02020202020202020202020202020202'), 'created', 'reference 100 A-2', 'A-2', 100, 1200, '007', NULL, NULL),
       (1, 3, 4, unhex('03030303030303030303030303030303'), 'rejected', 'reference 100 A-3', 'A-3', 100, 1300, NULL, NULL, NULL),
       (1, 4, 6, unhex('04040404040404040404040404040404'), 'excluded', NULL, NULL, NULL, NULL, NULL, NULL, 'the row is blank'),
       (1, 5, 7, unhex('05050505050505050505050505050505'), 'sending', 'reference 100 A-5', 'A-5', 100, 1500, NULL, NULL, NULL),
       (1, 6, 8, unhex('06060606060606060606060606060606'), 'unknown', 'reference 100 A-6', 'A-6', 100, 1600, NULL, NULL, NULL),
       (1, 7, 9, unhex('07070707070707070707070707070707'), 'created', 'content 07070707070707070707070707070707', NULL, 100, 1700, 'c-7', NULL, NULL),
       (1, 8, 10, unhex('08080808080808080808080808080808'), 'not_sent', 'reference 100 A-8', 'A-8', 100, 1800, NULL, NULL, NULL);
INSERT INTO exceptions (import, row, line, column_name, field, value, code, message, source, http_status)
VALUES (1, 3, 4, 'Due', 'due_on', 'x', 'trackops.422', 'no', 'trackops', 422),
       (1, 6, 8, NULL, NULL, 'A-6', 'unknown', 'sent, but the answer was lost', 'trackops', NULL);
