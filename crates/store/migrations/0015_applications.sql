-- What applications declare about themselves, and how they prove who they are beside a secret.

-- `web`, `spa` or `publicClient`; NULL, from before, is what the kind of application says.
ALTER TABLE redirect_uris ADD COLUMN platform {key};

-- Everything that is read and written only as a whole (`ApplicationSettings`), as JSON.
ALTER TABLE applications ADD COLUMN settings TEXT;
-- Who registered it over the directory API; nobody for what the operator did.
ALTER TABLE applications ADD COLUMN created_by {id};

-- What only the presence in the tenant says, as JSON (`PrincipalNotes`).
ALTER TABLE service_principals ADD COLUMN notes TEXT;
ALTER TABLE service_principals ADD COLUMN created_by {id};

-- Names of the resource in scopes, `api://…`; one application of the tenant has it.
CREATE TABLE identifier_uris (
    tenant_id       {id}  NOT NULL,
    uri             {key} NOT NULL,
    application_id  {id}  NOT NULL,
    PRIMARY KEY (tenant_id, uri)
) {strict};
CREATE INDEX identifier_uris_by_application ON identifier_uris (tenant_id, application_id);

ALTER TABLE client_secrets ADD COLUMN display_name TEXT;
-- NULL, from before: good since it was made.
ALTER TABLE client_secrets ADD COLUMN starts_at {time};

-- Public keys that check client assertions (RFC 7523), as JWK; the thumbprints are those of the certificate, SHA-256 and
-- SHA-1 (`x5t#S256` and `x5t` of an assertion).
CREATE TABLE client_certificates (
    tenant_id       {id}    NOT NULL,
    id              {id}    NOT NULL,
    application_id  {id}    NOT NULL,
    thumbprint      {bytes} NOT NULL,
    thumbprint_sha1 {bytes} NOT NULL,
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
    -- Made of client, resource and user; and `AllPrincipals` or `Principal`. NULL, from before, until the directory is
    -- opened next.
    id          {id},
    consent     {key},
    PRIMARY KEY (tenant_id, client_id, resource_id, user_id)
) {strict};
CREATE INDEX permission_grants_by_id ON permission_grants (tenant_id, id);
CREATE INDEX permission_grants_by_resource ON permission_grants (tenant_id, resource_id);
CREATE INDEX permission_grants_by_user ON permission_grants (tenant_id, user_id);
INSERT INTO permission_grants (tenant_id, client_id, resource_id, user_id, scope, granted_at)
    SELECT tenant_id, client_id, {graph}, user_id, scope, granted_at FROM delegated_grants;
DROP TABLE delegated_grants;

-- The `claims` parameter of an authorization request (OIDC Core section 5.5), kept from the request to the tokens.
ALTER TABLE sign_in_flows ADD COLUMN claims TEXT;
ALTER TABLE authorization_codes ADD COLUMN claims TEXT;
ALTER TABLE refresh_tokens ADD COLUMN claims TEXT;
CREATE INDEX refresh_tokens_by_client ON refresh_tokens (tenant_id, client_id);
