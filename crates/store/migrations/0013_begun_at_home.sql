-- Whom the typed address meant when somebody was sent home, and the sign-in generation then: a reset ends what was begun
-- before it.
ALTER TABLE upstream_sign_ins ADD COLUMN guest_id {id};
ALTER TABLE upstream_sign_ins ADD COLUMN generation {int};
