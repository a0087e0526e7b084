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
