-- What changed, for whoever follows the directory: written by the engine with each commit, under a position that rises in
-- the order of commits (docs/decisions/0020-changes.md). Rows are removed after some days.
CREATE TABLE changes (
    tenant_id   {id}   NOT NULL,
    position    {int}  NOT NULL,
    ordinal     {int}  NOT NULL,
    kind        {key}  NOT NULL,
    object_id   {id}   NOT NULL,
    related_id  {id},
    what        {int}  NOT NULL,
    at          {time} NOT NULL,
    PRIMARY KEY (tenant_id, position, ordinal)
) {strict};

-- Up to where they were removed: who has not read further has to begin anew.
CREATE TABLE changes_forgotten (
    tenant_id  {id}  NOT NULL PRIMARY KEY,
    position   {int} NOT NULL
) {strict};
