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

-- Greek names are found without their accents: words that were kept with them are put anew, where there are any, when the
-- directory is opened next.
INSERT INTO words_to_fill (tenant_id, kind) SELECT t.id, 'User' FROM tenants t WHERE EXISTS (
    SELECT 1 FROM search_words w WHERE w.tenant_id = t.id AND w.place IN ('u') AND w.word >= 'Ͱ' AND w.word < 'Ѐ')
    ON CONFLICT (tenant_id, kind) DO UPDATE SET done = NULL;
INSERT INTO words_to_fill (tenant_id, kind) SELECT t.id, 'Group' FROM tenants t WHERE EXISTS (
    SELECT 1 FROM search_words w WHERE w.tenant_id = t.id AND w.place IN ('g', 'gd') AND w.word >= 'Ͱ' AND w.word < 'Ѐ')
    ON CONFLICT (tenant_id, kind) DO UPDATE SET done = NULL;
INSERT INTO words_to_fill (tenant_id, kind) SELECT t.id, 'Application' FROM tenants t WHERE EXISTS (
    SELECT 1 FROM search_words w WHERE w.tenant_id = t.id AND w.place IN ('a', 'ad') AND w.word >= 'Ͱ' AND w.word < 'Ѐ')
    ON CONFLICT (tenant_id, kind) DO UPDATE SET done = NULL;
INSERT INTO words_to_fill (tenant_id, kind) SELECT t.id, 'ServicePrincipal' FROM tenants t WHERE EXISTS (
    SELECT 1 FROM search_words w WHERE w.tenant_id = t.id AND w.place IN ('s', 'sd') AND w.word >= 'Ͱ' AND w.word < 'Ѐ')
    ON CONFLICT (tenant_id, kind) DO UPDATE SET done = NULL;
