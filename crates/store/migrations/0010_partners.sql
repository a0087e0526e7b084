-- Domains that are claimed and not yet proven, and what a tenant says about others. A verified domain has its row in
-- domains, whose primary key is the name: so it is verified for one tenant of the server only, and whoever reads that
-- table sees verified ones only. A claim stays beside it, since the record that proved it is still shown.
CREATE TABLE domain_claims (
    tenant_id   {id}   NOT NULL REFERENCES tenants (id),
    name        {key}  NOT NULL,
    record_id   {id}   NOT NULL,
    record      TEXT   NOT NULL,
    claimed_at  {time} NOT NULL,
    PRIMARY KEY (tenant_id, name)
) {strict};

-- Cross-tenant access: one row once a tenant has changed its default.
CREATE TABLE partner_defaults (
    tenant_id   {id}   NOT NULL REFERENCES tenants (id),
    inbound     {key}  NOT NULL,
    outbound    {key}  NOT NULL,
    changed_at  {time} NOT NULL,
    PRIMARY KEY (tenant_id)
) {strict};

-- Settings for one other tenant; NULL leaves it to the default.
CREATE TABLE partners (
    tenant_id    {id}   NOT NULL REFERENCES tenants (id),
    partner_id   {id}   NOT NULL REFERENCES tenants (id),
    inbound      {key},
    outbound     {key},
    consent_in   {flag},
    consent_out  {flag},
    created_at   {time} NOT NULL,
    PRIMARY KEY (tenant_id, partner_id)
) {strict};
