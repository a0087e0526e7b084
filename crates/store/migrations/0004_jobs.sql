-- Work for later: written in the transaction that caused it, leased with a fencing number, retried,
-- abandoned visibly (design section 8). Holds no link and no code: those are derived when sent.
CREATE TABLE jobs (
    tenant_id    {id}   NOT NULL,
    id           {id}   NOT NULL,
    kind         {key}  NOT NULL,
    recipient    TEXT   NOT NULL,
    language     TEXT,
    data         TEXT   NOT NULL,
    subject_id   {id},
    state        {key}  NOT NULL,
    attempts     {int}  NOT NULL,
    not_before   {time} NOT NULL,
    dies_at      {time} NOT NULL,
    fence        {int}  NOT NULL,
    lease_until  {time},
    last_error   TEXT,
    created_at   {time} NOT NULL,
    ended_at     {time},
    PRIMARY KEY (tenant_id, id)
) {strict};
CREATE INDEX jobs_due ON jobs (state, not_before);
CREATE INDEX jobs_by_subject ON jobs (tenant_id, subject_id);
