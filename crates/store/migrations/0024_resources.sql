-- What was deleted and can be restored for 30 days, owners of applications, and who manages whom.

-- Groups, service principals and applications are moved out of the tables that everything reads: whatever came with them
-- ends at once, and no reader has to remember to look the other way. Each table here has the columns of the one it is
-- named after, so that a restore can put the rows back; a test compares them.
CREATE TABLE deleted_objects (
    tenant_id         {id}   NOT NULL,
    id                {id}   NOT NULL,
    kind              {key}  NOT NULL,
    display_name_key  {key}  NOT NULL,
    deleted_at        {time} NOT NULL,
    PRIMARY KEY (tenant_id, id)
) {strict};
CREATE INDEX deleted_objects_by_time ON deleted_objects (tenant_id, deleted_at);

CREATE TABLE deleted_groups (
    tenant_id         {id}   NOT NULL,
    id                {id}   NOT NULL,
    revision          {int}  NOT NULL,
    display_name      TEXT   NOT NULL,
    display_name_key  {key}  NOT NULL,
    description       TEXT,
    mail              TEXT,
    mail_key          {key},
    mail_nickname     TEXT   NOT NULL,
    mail_nickname_key {key}  NOT NULL,
    security_enabled  {flag} NOT NULL,
    role_assignable   {flag} NOT NULL,
    created_at        {time} NOT NULL,
    PRIMARY KEY (tenant_id, id)
) {strict};

CREATE TABLE deleted_service_principals (
    tenant_id            {id}   NOT NULL,
    id                   {id}   NOT NULL,
    revision             {int}  NOT NULL,
    client_id            {id}   NOT NULL,
    display_name         TEXT   NOT NULL,
    display_name_key     {key}  NOT NULL,
    home_url             TEXT,
    assignment_required  {flag} NOT NULL,
    enabled              {flag} NOT NULL,
    created_at           {time} NOT NULL,
    notes                TEXT,
    created_by           {id},
    PRIMARY KEY (tenant_id, id)
) {strict};

CREATE TABLE deleted_app_roles (
    tenant_id             {id}   NOT NULL,
    service_principal_id  {id}   NOT NULL,
    id                    {id}   NOT NULL,
    value                 TEXT   NOT NULL,
    display_name          TEXT   NOT NULL,
    enabled               {flag} NOT NULL,
    description           TEXT,
    allowed_member        {key},
    PRIMARY KEY (tenant_id, service_principal_id, id)
) {strict};

CREATE TABLE deleted_applications (
    tenant_id        {id}   NOT NULL,
    id               {id}   NOT NULL,
    revision         {int}  NOT NULL,
    client_id        {id}   NOT NULL,
    display_name     TEXT   NOT NULL,
    display_name_key {key}  NOT NULL,
    public_client    {flag} NOT NULL,
    signing_alg      {key}  NOT NULL,
    group_claims     {key}  NOT NULL,
    created_at       {time} NOT NULL,
    settings         TEXT,
    created_by       {id},
    PRIMARY KEY (tenant_id, id)
) {strict};

CREATE TABLE deleted_redirect_uris (
    tenant_id       {id}  NOT NULL,
    application_id  {id}  NOT NULL,
    uri             {key} NOT NULL,
    platform        {key},
    PRIMARY KEY (tenant_id, application_id, uri)
) {strict};

-- Another application may take the name meanwhile, so the key is not that of the live table.
CREATE TABLE deleted_identifier_uris (
    tenant_id       {id}  NOT NULL,
    uri             {key} NOT NULL,
    application_id  {id}  NOT NULL,
    PRIMARY KEY (tenant_id, application_id, uri)
) {strict};

CREATE TABLE deleted_client_secrets (
    tenant_id       {id}    NOT NULL,
    id              {id}    NOT NULL,
    application_id  {id}    NOT NULL,
    hash            {bytes} NOT NULL,
    hint            TEXT    NOT NULL,
    expires_at      {time},
    created_at      {time}  NOT NULL,
    display_name    TEXT,
    starts_at       {time},
    PRIMARY KEY (tenant_id, id)
) {strict};
CREATE INDEX deleted_client_secrets_by_application ON deleted_client_secrets (tenant_id, application_id);

CREATE TABLE deleted_client_certificates (
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
CREATE INDEX deleted_client_certificates_by_application ON deleted_client_certificates (tenant_id, application_id);

-- What connects two objects waits here while one of them is deleted, and goes back when both are there again.
CREATE TABLE deleted_group_members (
    tenant_id    {id}   NOT NULL,
    group_id     {id}   NOT NULL,
    member_id    {id}   NOT NULL,
    member_kind  {key}  NOT NULL,
    added_at     {time} NOT NULL,
    PRIMARY KEY (tenant_id, group_id, member_id)
) {strict};
CREATE INDEX deleted_group_members_by_member ON deleted_group_members (tenant_id, member_id);

CREATE TABLE deleted_group_owners (
    tenant_id  {id} NOT NULL,
    group_id   {id} NOT NULL,
    owner_id   {id} NOT NULL,
    PRIMARY KEY (tenant_id, group_id, owner_id)
) {strict};
CREATE INDEX deleted_group_owners_by_owner ON deleted_group_owners (tenant_id, owner_id);

CREATE TABLE deleted_app_role_assignments (
    tenant_id       {id}   NOT NULL,
    id              {id}   NOT NULL,
    principal_id    {id}   NOT NULL,
    principal_kind  {key}  NOT NULL,
    resource_id     {id}   NOT NULL,
    app_role_id     {id}   NOT NULL,
    created_at      {time} NOT NULL,
    PRIMARY KEY (tenant_id, id)
) {strict};
CREATE INDEX deleted_app_role_assignments_by_principal ON deleted_app_role_assignments (tenant_id, principal_id);
CREATE INDEX deleted_app_role_assignments_by_resource ON deleted_app_role_assignments (tenant_id, resource_id);

CREATE TABLE deleted_role_assignments (
    tenant_id       {id}   NOT NULL,
    id              {id}   NOT NULL,
    principal_id    {id}   NOT NULL,
    principal_kind  {key}  NOT NULL,
    role_id         {id}   NOT NULL,
    created_at      {time} NOT NULL,
    PRIMARY KEY (tenant_id, id)
) {strict};
CREATE INDEX deleted_role_assignments_by_principal ON deleted_role_assignments (tenant_id, principal_id);

CREATE TABLE deleted_permission_grants (
    tenant_id   {id}   NOT NULL,
    client_id   {id}   NOT NULL,
    resource_id {id}   NOT NULL,
    user_id     {id}   NOT NULL,
    scope       TEXT   NOT NULL,
    granted_at  {time} NOT NULL,
    id          {id},
    consent     {key},
    PRIMARY KEY (tenant_id, client_id, resource_id, user_id)
) {strict};
CREATE INDEX deleted_permission_grants_by_resource ON deleted_permission_grants (tenant_id, resource_id);
CREATE INDEX deleted_permission_grants_by_user ON deleted_permission_grants (tenant_id, user_id);

-- Who looks after an application or a service principal. Whoever registered one does.
CREATE TABLE application_owners (
    tenant_id  {id} NOT NULL,
    object_id  {id} NOT NULL,
    owner_id   {id} NOT NULL,
    PRIMARY KEY (tenant_id, object_id, owner_id)
) {strict};
CREATE INDEX application_owners_by_owner ON application_owners (tenant_id, owner_id);
INSERT INTO application_owners (tenant_id, object_id, owner_id)
    SELECT tenant_id, id, created_by FROM applications WHERE created_by IS NOT NULL
    UNION ALL SELECT tenant_id, id, created_by FROM service_principals WHERE created_by IS NOT NULL;

CREATE TABLE deleted_application_owners (
    tenant_id  {id} NOT NULL,
    object_id  {id} NOT NULL,
    owner_id   {id} NOT NULL,
    PRIMARY KEY (tenant_id, object_id, owner_id)
) {strict};
CREATE INDEX deleted_application_owners_by_owner ON deleted_application_owners (tenant_id, owner_id);

-- One manager each; whoever is deleted manages again when restored.
CREATE TABLE user_managers (
    tenant_id   {id} NOT NULL,
    user_id     {id} NOT NULL,
    manager_id  {id} NOT NULL,
    PRIMARY KEY (tenant_id, user_id)
) {strict};
CREATE INDEX user_managers_by_manager ON user_managers (tenant_id, manager_id);
CREATE INDEX user_sponsors_by_sponsor ON user_sponsors (tenant_id, sponsor_id);
