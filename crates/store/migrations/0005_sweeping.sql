-- So that what is over can be found and removed without reading what is not (threats K14).

CREATE INDEX counters_by_since ON counters (tenant_id, since);
CREATE INDEX jobs_by_end ON jobs (state, ended_at);
