-- Who wants to be told of changes, where, and until when. `client_state` is sealed under the tenant's keys. The place is how
-- far in the log of changes they were told.
CREATE TABLE subscriptions (
    tenant_id      {id}   NOT NULL,
    id             {id}   NOT NULL,
    maker_kind     {key}  NOT NULL,
    maker_id       {id}   NOT NULL,
    client_id      {id}   NOT NULL,
    generation     {int}  NOT NULL,
    scopes         TEXT   NOT NULL,
    kind           {key}  NOT NULL,
    object_id      {id},
    resource       TEXT   NOT NULL,
    change_types   {int}  NOT NULL,
    url            TEXT   NOT NULL,
    lifecycle_url  TEXT,
    client_state   TEXT,
    tls            TEXT,
    position       {int}  NOT NULL,
    ordinal        {int}  NOT NULL,
    warned         {flag} NOT NULL,
    expires_at     {time} NOT NULL,
    created_at     {time} NOT NULL,
    PRIMARY KEY (tenant_id, id)
) {strict};
CREATE INDEX subscriptions_by_expiry ON subscriptions (tenant_id, expires_at);
CREATE INDEX subscriptions_by_maker ON subscriptions (tenant_id, maker_id, client_id);
