-- A day closes with a row only for accounts whose row changed since their last one: whoever asks for an instant carries the
-- last row forward. Rows of one account are ordered by (valid_at, offset, step) inside a generation.
CREATE OR REPLACE VIEW account_intensity_at
AS WITH
    {as_of:DateTime64(3, 'UTC')} AS as_of_instant
SELECT
    account_id, valid_at, known_at, point, engaged_since, high_intensity_since, score, contributions, touches_30d,
    people_30d, products_30d, roles_30d, channels_30d, touches_90d, people_90d, products_90d, roles_90d, channels_90d,
    windows, last_touch_at, sequence, policy_version, engine_version, generation, partition, offset, step
FROM account_intensity_history_rows FINAL
WHERE valid_at <= as_of_instant
ORDER BY valid_at DESC, generation DESC, offset DESC, step DESC
LIMIT 1 BY account_id
COMMENT 'Windows, levels and score of every account at an instant, as known: account_intensity_at(as_of = ''2026-01-31 00:00:00''). True at UTC midnights to the last touch; inside a day as of its last published row.';
