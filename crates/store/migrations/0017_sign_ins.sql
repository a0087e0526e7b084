-- Where and when a browser session was used last, and from where it was begun.
ALTER TABLE sessions ADD COLUMN used_at {time};
ALTER TABLE sessions ADD COLUMN address TEXT;
ALTER TABLE sessions ADD COLUMN browser TEXT;

-- From when on a key signs; it is published before. Keys of before signed from the day they were made.
ALTER TABLE tenant_keys ADD COLUMN signs_from {time};

-- Keys that signed once and never verify again, whatever row comes back (threats F16).
CREATE TABLE retired_keys (
    tenant_id   {id}    NOT NULL,
    kid         {key}   NOT NULL,
    retired_at  {time}  NOT NULL,
    PRIMARY KEY (tenant_id, kid)
) {strict};

-- Who signed in or was refused, how and from where, with the names as they were then.
CREATE TABLE sign_ins (
    tenant_id       {id}    NOT NULL,
    id              {id}    NOT NULL,
    at              {time}  NOT NULL,
    user_id         {id},
    user_name       TEXT,
    upn             TEXT,
    upn_key         {key},
    user_type       {key},
    client_id       {id},
    app_name        TEXT,
    principal_id    {id},
    resource_id     {id},
    resource_name   TEXT,
    address         TEXT,
    user_agent      TEXT,
    method          {key},
    multi_factor    {flag},
    error_code      {int}   NOT NULL,
    refusal         {key},
    explanation     TEXT,
    correlation     {key}   NOT NULL,
    home_tenant     {id},
    resource_tenant {id}    NOT NULL,
    interactive     {flag}  NOT NULL,
    PRIMARY KEY (tenant_id, id)
) {strict};
CREATE INDEX sign_ins_by_time ON sign_ins (tenant_id, at, id);
CREATE INDEX sign_ins_by_user ON sign_ins (tenant_id, user_id, at, id);
CREATE INDEX sign_ins_by_client ON sign_ins (tenant_id, client_id, at, id);
CREATE INDEX sign_ins_by_upn ON sign_ins (tenant_id, upn_key, at, id);
CREATE INDEX sign_ins_by_outcome ON sign_ins (tenant_id, error_code, at, id);
CREATE INDEX sign_ins_by_correlation ON sign_ins (tenant_id, correlation);
