-- Names in words, so that $search finds people by any of them: one row a word, in the same transaction as the name.
-- `place` says whose text it is and which (crates/store/src/words.rs).
CREATE TABLE search_words (
    tenant_id  {id}  NOT NULL,
    object_id  {id}  NOT NULL,
    place      {key} NOT NULL,
    word       {key} NOT NULL,
    PRIMARY KEY (tenant_id, object_id, place, word)
) {strict};
CREATE INDEX search_words_by_word ON search_words (tenant_id, place, word, object_id);

-- Properties of a profile that had no folded text beside them, and so could not be filtered by.
ALTER TABLE users ADD COLUMN office_location_key {key};
ALTER TABLE users ADD COLUMN street_address_key {key};
ALTER TABLE users ADD COLUMN state_key {key};
ALTER TABLE users ADD COLUMN postal_code_key {key};
ALTER TABLE users ADD COLUMN employee_type_key {key};
ALTER TABLE users ADD COLUMN mobile_phone_key {key};
ALTER TABLE users ADD COLUMN business_phone_key {key};
ALTER TABLE users ADD COLUMN preferred_language_key {key};

-- What was there before: letters are folded and parted in Rust, so it is done when the directory is opened next, some
-- objects at a time. Up to which object it is done; NULL is none.
CREATE TABLE words_to_fill (
    tenant_id  {id}  NOT NULL REFERENCES tenants (id),
    kind       {key} NOT NULL,
    done       {id},
    PRIMARY KEY (tenant_id, kind)
) {strict};
INSERT INTO words_to_fill (tenant_id, kind) SELECT id, 'User' FROM tenants;
INSERT INTO words_to_fill (tenant_id, kind) SELECT id, 'Group' FROM tenants;
INSERT INTO words_to_fill (tenant_id, kind) SELECT id, 'Application' FROM tenants;
INSERT INTO words_to_fill (tenant_id, kind) SELECT id, 'ServicePrincipal' FROM tenants;
