-- Invitations, the identities bound by them, and the way through a redemption.

-- Every identity a guest ever had. Open ones (ended_at is null) are unique both ways (I2).
CREATE TABLE bindings (
    tenant_id     {id}   NOT NULL,
    id            {id}   NOT NULL,
    user_id       {id}   NOT NULL,
    issuer        {key}  NOT NULL,
    subject       {key}  NOT NULL,
    sign_in_name  TEXT   NOT NULL,
    proof         {key}  NOT NULL,
    bound_at      {time} NOT NULL,
    ended_at      {time},
    ended         {key},
    ended_by      {id},
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id)
) {strict};
CREATE UNIQUE INDEX bindings_open_identity ON bindings (tenant_id, issuer, subject) WHERE ended_at IS NULL;
CREATE UNIQUE INDEX bindings_open_user ON bindings (tenant_id, user_id) WHERE ended_at IS NULL;
CREATE INDEX bindings_by_user ON bindings (tenant_id, user_id, bound_at);

-- Addresses that may be typed to sign in with a passcode binding (design section 5). Rows go when the
-- binding ends. 'waiting' until the mailbox is proven.
CREATE TABLE sign_in_addresses (
    tenant_id    {id}   NOT NULL,
    address_key  {key}  NOT NULL,
    address      TEXT   NOT NULL,
    user_id      {id}   NOT NULL,
    binding_id   {id}   NOT NULL,
    state        {key}  NOT NULL,
    added_at     {time} NOT NULL,
    PRIMARY KEY (tenant_id, address_key)
) {strict};
CREATE INDEX sign_in_addresses_by_user ON sign_in_addresses (tenant_id, user_id);

CREATE TABLE invitations (
    tenant_id          {id}    NOT NULL,
    id                 {id}    NOT NULL,
    user_id            {id}    NOT NULL,
    ticket             {bytes} NOT NULL,
    link_version       {int}   NOT NULL,
    kind               {key}   NOT NULL,
    state              {key}   NOT NULL,
    address            TEXT    NOT NULL,
    address_key        {key}   NOT NULL,
    redirect_url       TEXT    NOT NULL,
    send_message       {flag}  NOT NULL,
    message_language   TEXT,
    message_body       TEXT,
    cc_name            TEXT,
    cc_address         TEXT,
    inviter_kind       {key}   NOT NULL,
    inviter_id         {id}    NOT NULL,
    inviter_name       TEXT    NOT NULL,
    inviter_mail       TEXT,
    client_request_id  {key},
    created_at         {time}  NOT NULL,
    expires_at         {time}  NOT NULL,
    used_at            {time},
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id)
) {strict};
CREATE UNIQUE INDEX invitations_by_ticket ON invitations (tenant_id, ticket);
CREATE INDEX invitations_by_user ON invitations (tenant_id, user_id, created_at);
-- At most one open invitation a user, and one a mailbox.
CREATE UNIQUE INDEX invitations_open_user ON invitations (tenant_id, user_id) WHERE state = 'open';
CREATE INDEX invitations_by_address ON invitations (tenant_id, address_key);

CREATE TABLE redemption_flows (
    tenant_id        {id}   NOT NULL,
    id               {id}   NOT NULL,
    invitation_id    {id}   NOT NULL,
    user_id          {id}   NOT NULL,
    generation       {int}  NOT NULL,
    proven_address   TEXT,
    proven_subject   {id},
    proven_at        {time},
    expires_at       {time} NOT NULL,
    finished         {flag} NOT NULL,
    PRIMARY KEY (tenant_id, id)
) {strict};
CREATE INDEX redemption_flows_by_expiry ON redemption_flows (tenant_id, expires_at);

-- Codes are derived from the id with the tenant's key and stored nowhere.
CREATE TABLE passcodes (
    tenant_id    {id}   NOT NULL,
    id           {id}   NOT NULL,
    purpose      {key}  NOT NULL,
    flow         {id}   NOT NULL,
    address      TEXT   NOT NULL,
    address_key  {key}  NOT NULL,
    tries_left   {int}  NOT NULL,
    expires_at   {time} NOT NULL,
    state        {key}  NOT NULL,
    PRIMARY KEY (tenant_id, id)
) {strict};
CREATE INDEX passcodes_by_flow ON passcodes (tenant_id, flow);
CREATE INDEX passcodes_by_address ON passcodes (tenant_id, address_key);
CREATE INDEX passcodes_by_expiry ON passcodes (tenant_id, expires_at);

-- Fixed-window counters that guard passwords, passcodes and mail.
CREATE TABLE counters (
    tenant_id  {id}   NOT NULL,
    name       {key}  NOT NULL,
    since      {time} NOT NULL,
    count      {int}  NOT NULL,
    PRIMARY KEY (tenant_id, name)
) {strict};

-- The guest agreed to the host's use of its data; ends with a reset.
CREATE TABLE redemption_consents (
    tenant_id  {id}   NOT NULL,
    user_id    {id}   NOT NULL,
    given_at   {time} NOT NULL,
    PRIMARY KEY (tenant_id, user_id)
) {strict};
