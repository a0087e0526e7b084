-- The directory: tenants and what they hold. Tokens in braces are resolved per engine
-- (docs/decisions/0001-one-sql-text.md). Columns named *_key hold case-folded text that is compared
-- byte by byte. Every aggregate has a revision that a write raises when it decides on it.

-- One row: what this installation is.
CREATE TABLE installation (
    id          {int}  NOT NULL PRIMARY KEY,
    created_at  {time} NOT NULL
) {strict};

CREATE TABLE tenants (
    id                  {id}   NOT NULL PRIMARY KEY,
    display_name        TEXT   NOT NULL,
    initial_domain      {key}  NOT NULL UNIQUE,
    allow_invites_from  {key}  NOT NULL,
    privacy_url         TEXT,
    created_at          {time} NOT NULL
) {strict};

-- A domain belongs to one tenant of the server; verified by the operator for now.
CREATE TABLE domains (
    name         {key}  NOT NULL PRIMARY KEY,
    tenant_id    {id}   NOT NULL REFERENCES tenants (id),
    verified_by  {key}  NOT NULL,
    verified_at  {time} NOT NULL
) {strict};
CREATE INDEX domains_by_tenant ON domains (tenant_id);

CREATE TABLE users (
    tenant_id             {id}   NOT NULL REFERENCES tenants (id),
    id                    {id}   NOT NULL,
    revision              {int}  NOT NULL,
    user_type             {key}  NOT NULL,
    creation_type         {key},
    upn                   TEXT   NOT NULL,
    upn_key               {key}  NOT NULL,
    mail_nickname         TEXT   NOT NULL,
    mail_nickname_key     {key}  NOT NULL,
    mail                  TEXT,
    mail_key              {key},
    display_name          TEXT   NOT NULL,
    display_name_key      {key}  NOT NULL,
    given_name            TEXT,
    given_name_key        {key},
    surname               TEXT,
    surname_key           {key},
    job_title             TEXT,
    job_title_key         {key},
    company_name          TEXT,
    company_name_key      {key},
    department            TEXT,
    department_key        {key},
    employee_id           TEXT,
    employee_id_key       {key},
    city                  TEXT,
    city_key              {key},
    country               TEXT,
    country_key           {key},
    usage_location        TEXT,
    usage_location_key    {key},
    office_location       TEXT,
    street_address        TEXT,
    state                 TEXT,
    postal_code           TEXT,
    employee_type         TEXT,
    mobile_phone          TEXT,
    business_phone        TEXT,
    preferred_language    TEXT,
    show_in_address_list  {flag} NOT NULL,
    account_enabled       {flag} NOT NULL,
    external_user_state   {key},
    state_changed_at      {time},
    sign_in_generation    {int}  NOT NULL,
    sessions_valid_from   {time} NOT NULL,
    password_hash         TEXT,
    invited_by            {id},
    created_at            {time} NOT NULL,
    deleted_at            {time},
    PRIMARY KEY (tenant_id, id)
) {strict};
CREATE UNIQUE INDEX users_by_upn ON users (tenant_id, upn_key);
CREATE INDEX users_by_mail ON users (tenant_id, mail_key);
CREATE INDEX users_by_display_name ON users (tenant_id, display_name_key);

-- otherMails and proxyAddresses, in their order.
CREATE TABLE user_addresses (
    tenant_id    {id}   NOT NULL,
    user_id      {id}   NOT NULL,
    kind         {key}  NOT NULL,
    position     {int}  NOT NULL,
    address      TEXT   NOT NULL,
    address_key  {key}  NOT NULL,
    added_at     {time} NOT NULL,
    PRIMARY KEY (tenant_id, user_id, kind, position),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id)
) {strict};
CREATE INDEX user_addresses_by_address ON user_addresses (tenant_id, address_key);

CREATE TABLE user_sponsors (
    tenant_id   {id} NOT NULL,
    user_id     {id} NOT NULL,
    sponsor_id  {id} NOT NULL,
    PRIMARY KEY (tenant_id, user_id, sponsor_id)
) {strict};

CREATE TABLE groups (
    tenant_id         {id}   NOT NULL REFERENCES tenants (id),
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
CREATE INDEX groups_by_display_name ON groups (tenant_id, display_name_key);

CREATE TABLE group_members (
    tenant_id    {id}  NOT NULL,
    group_id     {id}  NOT NULL,
    member_id    {id}  NOT NULL,
    member_kind  {key} NOT NULL,
    added_at     {time} NOT NULL,
    PRIMARY KEY (tenant_id, group_id, member_id),
    FOREIGN KEY (tenant_id, group_id) REFERENCES groups (tenant_id, id)
) {strict};
CREATE INDEX group_members_by_member ON group_members (tenant_id, member_id);

CREATE TABLE group_owners (
    tenant_id  {id} NOT NULL,
    group_id   {id} NOT NULL,
    owner_id   {id} NOT NULL,
    PRIMARY KEY (tenant_id, group_id, owner_id),
    FOREIGN KEY (tenant_id, group_id) REFERENCES groups (tenant_id, id)
) {strict};
CREATE INDEX group_owners_by_owner ON group_owners (tenant_id, owner_id);

-- An application as it is registered; its service principal is its presence in a tenant.
CREATE TABLE applications (
    tenant_id      {id}   NOT NULL REFERENCES tenants (id),
    id             {id}   NOT NULL,
    revision       {int}  NOT NULL,
    client_id      {id}   NOT NULL,
    display_name   TEXT   NOT NULL,
    display_name_key {key} NOT NULL,
    public_client  {flag} NOT NULL,
    signing_alg    {key}  NOT NULL,
    group_claims   {key}  NOT NULL,
    created_at     {time} NOT NULL,
    PRIMARY KEY (tenant_id, id)
) {strict};
CREATE UNIQUE INDEX applications_by_client ON applications (tenant_id, client_id);

CREATE TABLE redirect_uris (
    tenant_id       {id}  NOT NULL,
    application_id  {id}  NOT NULL,
    uri             {key} NOT NULL,
    PRIMARY KEY (tenant_id, application_id, uri),
    FOREIGN KEY (tenant_id, application_id) REFERENCES applications (tenant_id, id)
) {strict};

-- Client secrets as keyed hashes (design section 6); the hint is the first three characters.
CREATE TABLE client_secrets (
    tenant_id       {id}    NOT NULL,
    id              {id}    NOT NULL,
    application_id  {id}    NOT NULL,
    hash            {bytes} NOT NULL,
    hint            TEXT    NOT NULL,
    expires_at      {time},
    created_at      {time}  NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, application_id) REFERENCES applications (tenant_id, id)
) {strict};
CREATE INDEX client_secrets_by_application ON client_secrets (tenant_id, application_id);

CREATE TABLE service_principals (
    tenant_id            {id}   NOT NULL REFERENCES tenants (id),
    id                   {id}   NOT NULL,
    revision             {int}  NOT NULL,
    client_id            {id}   NOT NULL,
    display_name         TEXT   NOT NULL,
    display_name_key     {key}  NOT NULL,
    home_url             TEXT,
    assignment_required  {flag} NOT NULL,
    enabled              {flag} NOT NULL,
    created_at           {time} NOT NULL,
    PRIMARY KEY (tenant_id, id)
) {strict};
CREATE UNIQUE INDEX service_principals_by_client ON service_principals (tenant_id, client_id);

CREATE TABLE app_roles (
    tenant_id             {id}   NOT NULL,
    service_principal_id  {id}   NOT NULL,
    id                    {id}   NOT NULL,
    value                 TEXT   NOT NULL,
    display_name          TEXT   NOT NULL,
    enabled               {flag} NOT NULL,
    PRIMARY KEY (tenant_id, service_principal_id, id),
    FOREIGN KEY (tenant_id, service_principal_id) REFERENCES service_principals (tenant_id, id)
) {strict};

-- Who has which app role at which resource. Permissions of applications are app roles of the
-- directory API's own service principal.
CREATE TABLE app_role_assignments (
    tenant_id       {id}   NOT NULL,
    id              {id}   NOT NULL,
    principal_id    {id}   NOT NULL,
    principal_kind  {key}  NOT NULL,
    resource_id     {id}   NOT NULL,
    app_role_id     {id}   NOT NULL,
    created_at      {time} NOT NULL,
    PRIMARY KEY (tenant_id, id)
) {strict};
CREATE UNIQUE INDEX app_role_assignments_once ON app_role_assignments (tenant_id, principal_id, resource_id, app_role_id);
CREATE INDEX app_role_assignments_by_resource ON app_role_assignments (tenant_id, resource_id);

-- Directory roles at directory scope; role_id is the template id.
CREATE TABLE role_assignments (
    tenant_id       {id}   NOT NULL,
    id              {id}   NOT NULL,
    principal_id    {id}   NOT NULL,
    principal_kind  {key}  NOT NULL,
    role_id         {id}   NOT NULL,
    created_at      {time} NOT NULL,
    PRIMARY KEY (tenant_id, id)
) {strict};
CREATE UNIQUE INDEX role_assignments_once ON role_assignments (tenant_id, principal_id, role_id);

-- What happened, one row a change, written in the same transaction (I6).
CREATE TABLE audit (
    tenant_id      {id}   NOT NULL,
    id             {id}   NOT NULL,
    at             {time} NOT NULL,
    activity       TEXT   NOT NULL,
    category       {key}  NOT NULL,
    service        TEXT   NOT NULL,
    operation      {key}  NOT NULL,
    result         {key}  NOT NULL,
    reason         TEXT,
    actor_kind     {key}  NOT NULL,
    actor_id       {id},
    actor_name     TEXT,
    target_kind    {key},
    target_id      {id},
    target_name    TEXT,
    correlation    TEXT,
    details        TEXT   NOT NULL,
    PRIMARY KEY (tenant_id, id)
) {strict};
CREATE INDEX audit_by_time ON audit (tenant_id, at, id);
CREATE INDEX audit_by_target ON audit (tenant_id, target_id, at);

-- Keys of the tenant, sealed under the operator's master key.
CREATE TABLE tenant_keys (
    tenant_id   {id}    NOT NULL,
    purpose     {key}   NOT NULL,
    version     {int}   NOT NULL,
    kid         {key}   NOT NULL,
    alg         {key}   NOT NULL,
    sealed      {bytes} NOT NULL,
    public_jwk  TEXT,
    created_at  {time}  NOT NULL,
    PRIMARY KEY (tenant_id, purpose, version)
) {strict};
