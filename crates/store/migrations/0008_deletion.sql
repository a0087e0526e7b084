-- What deleting a user leaves: addresses a restore gives back, bindings that outlive their user, and who is due.

-- Addresses that signed a deleted user in. They are free for somebody else meanwhile, so they cannot stay where they were.
CREATE TABLE deleted_sign_in_addresses (
    tenant_id    {id}   NOT NULL,
    user_id      {id}   NOT NULL,
    address_key  {key}  NOT NULL,
    address      TEXT   NOT NULL,
    binding_id   {id}   NOT NULL,
    state        {key}  NOT NULL,
    added_at     {time} NOT NULL,
    PRIMARY KEY (tenant_id, user_id, address_key)
) {strict};

-- The history of users who were deleted for good. The other bindings refer to their user's row, which is gone.
CREATE TABLE purged_bindings (
    tenant_id     {id}   NOT NULL,
    id            {id}   NOT NULL,
    user_id       {id}   NOT NULL,
    issuer        {key}  NOT NULL,
    subject       {key}  NOT NULL,
    sign_in_name  TEXT   NOT NULL,
    proof         {key}  NOT NULL,
    bound_at      {time} NOT NULL,
    ended_at      {time} NOT NULL,
    ended         {key}  NOT NULL,
    ended_by      {id},
    PRIMARY KEY (tenant_id, id)
) {strict};
CREATE INDEX purged_bindings_by_user ON purged_bindings (tenant_id, user_id, bound_at);

CREATE INDEX users_deleted ON users (tenant_id, deleted_at) WHERE deleted_at IS NOT NULL;
