-- What a tenant decides about its guests. A tenant without a row has decided nothing and gets the defaults.

CREATE TABLE guest_policies (
    tenant_id     {id}   NOT NULL PRIMARY KEY REFERENCES tenants (id),
    guest_access  {key}  NOT NULL,
    may_leave     {flag} NOT NULL
) {strict};

-- Which domains may be invited: one policy a tenant. The domains stand in one text, a line each, because a policy has
-- 25,000 characters at most and is written as a whole.
CREATE TABLE domain_lists (
    tenant_id     {id}   NOT NULL PRIMARY KEY REFERENCES tenants (id),
    id            {id}   NOT NULL,
    display_name  TEXT   NOT NULL,
    description   TEXT,
    kind          {key}  NOT NULL,
    domains       TEXT   NOT NULL
) {strict};
