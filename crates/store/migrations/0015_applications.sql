-- What applications declare about themselves, and how they prove who they are beside a secret.

-- `web`, `spa` or `publicClient`; NULL, from before, is what the kind of application says.
ALTER TABLE redirect_uris ADD COLUMN platform {key};

-- Everything that is read and written only as a whole (`ApplicationSettings`), as JSON.
ALTER TABLE applications ADD COLUMN settings TEXT;

-- Names of the resource in scopes, `api://…`; one application of the tenant has it.
CREATE TABLE identifier_uris (
    tenant_id       {id}  NOT NULL,
    uri             {key} NOT NULL,
    application_id  {id}  NOT NULL,
    PRIMARY KEY (tenant_id, uri)
) {strict};
CREATE INDEX identifier_uris_by_application ON identifier_uris (tenant_id, application_id);

ALTER TABLE client_secrets ADD COLUMN display_name TEXT;

-- Public keys that check client assertions (RFC 7523). `key` is a JWK; the thumbprint is SHA-256 of the certificate.
CREATE TABLE client_certificates (
    tenant_id       {id}    NOT NULL,
    id              {id}    NOT NULL,
    application_id  {id}    NOT NULL,
    thumbprint      {bytes} NOT NULL,
    jwk             TEXT    NOT NULL,
    display_name    TEXT,
    starts_at       {time}  NOT NULL,
    expires_at      {time}  NOT NULL,
    created_at      {time}  NOT NULL,
    PRIMARY KEY (tenant_id, id)
) {strict};
CREATE INDEX client_certificates_by_application ON client_certificates (tenant_id, application_id);

ALTER TABLE app_roles ADD COLUMN description TEXT;
-- Who can have the role: `User`, `Application`, or NULL for both.
ALTER TABLE app_roles ADD COLUMN allowed_member {key};

-- Delegated permissions, now of any resource: granted by an administrator for everybody (the nil id) or by one person.
CREATE TABLE permission_grants (
    tenant_id   {id}   NOT NULL,
    client_id   {id}   NOT NULL,
    resource_id {id}   NOT NULL,
    user_id     {id}   NOT NULL,
    scope       TEXT   NOT NULL,
    granted_at  {time} NOT NULL,
    PRIMARY KEY (tenant_id, client_id, resource_id, user_id)
) {strict};
CREATE INDEX permission_grants_by_user ON permission_grants (tenant_id, user_id);
INSERT INTO permission_grants (tenant_id, client_id, resource_id, user_id, scope, granted_at)
    SELECT tenant_id, client_id, {graph}, user_id, scope, granted_at FROM delegated_grants;
DROP TABLE delegated_grants;
