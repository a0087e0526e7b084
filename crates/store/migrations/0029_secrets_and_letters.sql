-- Secrets that are made at the presence of an application in the tenant and not at the application (`addPassword` of service
-- principals): they sign the same client in, and go and come back with the presence.
CREATE TABLE principal_secrets (
    tenant_id             {id}    NOT NULL,
    id                    {id}    NOT NULL,
    service_principal_id  {id}    NOT NULL,
    hash                  {bytes} NOT NULL,
    hint                  TEXT    NOT NULL,
    expires_at            {time},
    created_at            {time}  NOT NULL,
    display_name          TEXT,
    starts_at             {time},
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, service_principal_id) REFERENCES service_principals (tenant_id, id)
) {strict};
CREATE INDEX principal_secrets_by_principal ON principal_secrets (tenant_id, service_principal_id);

CREATE TABLE deleted_principal_secrets (
    tenant_id             {id}    NOT NULL,
    id                    {id}    NOT NULL,
    service_principal_id  {id}    NOT NULL,
    hash                  {bytes} NOT NULL,
    hint                  TEXT    NOT NULL,
    expires_at            {time},
    created_at            {time}  NOT NULL,
    display_name          TEXT,
    starts_at             {time},
    PRIMARY KEY (tenant_id, id)
) {strict};
CREATE INDEX deleted_principal_secrets_by_principal ON deleted_principal_secrets (tenant_id, service_principal_id);

-- Greek names are found without their accents: words that were kept with them are put anew when the directory is opened
-- next. Which those are cannot be told from how a word begins, so all are.
INSERT INTO words_to_fill (tenant_id, kind) SELECT t.id, k.kind FROM tenants t, (
    SELECT 'User' AS kind UNION ALL SELECT 'Group' UNION ALL SELECT 'Application' UNION ALL SELECT 'ServicePrincipal'
    UNION ALL SELECT 'DeletedGroup' UNION ALL SELECT 'DeletedApplication' UNION ALL SELECT 'DeletedServicePrincipal') k
    WHERE TRUE ON CONFLICT (tenant_id, kind) DO UPDATE SET done = NULL;
