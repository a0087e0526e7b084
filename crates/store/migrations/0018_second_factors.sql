-- Second factors of people, and of whom one is demanded. A secret is sealed with a key of its tenant, a recovery code is
-- a keyed hash; neither can be read from here.

CREATE TABLE second_factors (
    tenant_id    {id}    NOT NULL,
    id           {id}    NOT NULL,
    user_id      {id}    NOT NULL,
    kind         {key}   NOT NULL,
    name         TEXT    NOT NULL,
    secret       {bytes} NOT NULL,
    -- The time step of the code used last: no code of it or before counts again.
    last_step    {int},
    added_at     {time}  NOT NULL,
    used_at      {time},
    PRIMARY KEY (tenant_id, id)
) {strict};
CREATE INDEX second_factors_by_user ON second_factors (tenant_id, user_id);

CREATE TABLE recovery_codes (
    tenant_id    {id}    NOT NULL,
    hash         {bytes} NOT NULL,
    user_id      {id}    NOT NULL,
    PRIMARY KEY (tenant_id, hash)
) {strict};
CREATE INDEX recovery_codes_by_user ON recovery_codes (tenant_id, user_id);

-- Directory roles whose holders need one.
CREATE TABLE second_factor_roles (
    tenant_id    {id}    NOT NULL REFERENCES tenants (id),
    role_id      {id}    NOT NULL,
    PRIMARY KEY (tenant_id, role_id)
) {strict};

-- The first factor of a sign-in, until the second one is shown.
ALTER TABLE sign_in_flows ADD COLUMN first_user {id};
ALTER TABLE sign_in_flows ADD COLUMN first_generation {int};
ALTER TABLE sign_in_flows ADD COLUMN first_method {key};
ALTER TABLE sign_in_flows ADD COLUMN first_at {time};

-- How somebody was proven, in the words of RFC 8176; what was issued before has none.
ALTER TABLE sessions ADD COLUMN amr {key} NOT NULL DEFAULT '';
ALTER TABLE authorization_codes ADD COLUMN amr {key} NOT NULL DEFAULT '';
ALTER TABLE refresh_tokens ADD COLUMN amr {key} NOT NULL DEFAULT '';
UPDATE sessions SET amr = CASE method WHEN 'password' THEN 'pwd' WHEN 'passcode' THEN 'otp' ELSE 'fed' END;
