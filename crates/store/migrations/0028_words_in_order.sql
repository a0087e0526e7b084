-- The name of a user beside each of its words, so that those who have a word are found in the order of their names by the
-- index of words alone (crates/store/src/users_query/by_name.rs).
ALTER TABLE search_words ADD COLUMN sort_key {key};
DROP INDEX search_words_by_word;
CREATE INDEX search_words_by_word ON search_words (tenant_id, place, word, sort_key, object_id);

-- Names that are there already, when the directory is opened next.
INSERT INTO words_to_fill (tenant_id, kind) SELECT id, 'User' FROM tenants WHERE TRUE
    ON CONFLICT (tenant_id, kind) DO UPDATE SET done = NULL;
