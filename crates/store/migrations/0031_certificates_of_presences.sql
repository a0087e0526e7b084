-- Certificates that are kept at the presence of an application in the tenant and not at the application (`keyCredentials` of
-- service principals): they sign the same client in, and go and come back with the presence.
CREATE TABLE principal_certificates (
    tenant_id             {id}    NOT NULL,
    id                    {id}    NOT NULL,
    service_principal_id  {id}    NOT NULL,
    thumbprint            {bytes} NOT NULL,
    thumbprint_sha1       {bytes} NOT NULL,
    jwk                   TEXT    NOT NULL,
    display_name          TEXT,
    starts_at             {time}  NOT NULL,
    expires_at            {time}  NOT NULL,
    created_at            {time}  NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, service_principal_id) REFERENCES service_principals (tenant_id, id)
) {strict};
CREATE INDEX principal_certificates_by_principal ON principal_certificates (tenant_id, service_principal_id);

CREATE TABLE deleted_principal_certificates (
    tenant_id             {id}    NOT NULL,
    id                    {id}    NOT NULL,
    service_principal_id  {id}    NOT NULL,
    thumbprint            {bytes} NOT NULL,
    thumbprint_sha1       {bytes} NOT NULL,
    jwk                   TEXT    NOT NULL,
    display_name          TEXT,
    starts_at             {time}  NOT NULL,
    expires_at            {time}  NOT NULL,
    created_at            {time}  NOT NULL,
    PRIMARY KEY (tenant_id, id)
) {strict};
CREATE INDEX deleted_principal_certificates_by_principal ON deleted_principal_certificates (tenant_id, service_principal_id);
