-- When each person signed in last, and in which request: the log of sign-ins forgets after 30 days, and to look through it
-- for everybody would take as long as it is.
CREATE TABLE last_sign_ins (
    tenant_id       {id}    NOT NULL,
    user_id         {id}    NOT NULL,
    interactive_at  {time},
    interactive_id  {id},
    silent_at       {time},
    silent_id       {id},
    succeeded_at    {time},
    succeeded_id    {id},
    PRIMARY KEY (tenant_id, user_id),
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id)
) {strict};
CREATE INDEX last_sign_ins_interactive ON last_sign_ins (tenant_id, interactive_at, user_id);
CREATE INDEX last_sign_ins_silent ON last_sign_ins (tenant_id, silent_at, user_id);
CREATE INDEX last_sign_ins_succeeded ON last_sign_ins (tenant_id, succeeded_at, user_id);

-- What the log still knows.
INSERT INTO last_sign_ins (tenant_id, user_id, interactive_at, interactive_id, silent_at, silent_id, succeeded_at, succeeded_id)
SELECT t.tenant_id, t.user_id, t.interactive_at,
    (SELECT s.id FROM sign_ins s WHERE s.tenant_id = t.tenant_id AND s.user_id = t.user_id AND s.at = t.interactive_at
        AND s.interactive ORDER BY s.id DESC LIMIT 1),
    t.silent_at,
    (SELECT s.id FROM sign_ins s WHERE s.tenant_id = t.tenant_id AND s.user_id = t.user_id AND s.at = t.silent_at
        AND NOT s.interactive ORDER BY s.id DESC LIMIT 1),
    t.succeeded_at,
    (SELECT s.id FROM sign_ins s WHERE s.tenant_id = t.tenant_id AND s.user_id = t.user_id AND s.at = t.succeeded_at
        AND s.error_code = 0 ORDER BY s.id DESC LIMIT 1)
FROM (
    SELECT l.tenant_id, l.user_id,
        max(CASE WHEN l.interactive THEN l.at END) AS interactive_at,
        max(CASE WHEN NOT l.interactive THEN l.at END) AS silent_at,
        max(CASE WHEN l.error_code = 0 THEN l.at END) AS succeeded_at
    FROM sign_ins l JOIN users u ON u.tenant_id = l.tenant_id AND u.id = l.user_id
    GROUP BY l.tenant_id, l.user_id
) t;

-- What the logs are asked by, folded as the store folds. Of lines from before, the names are those of today.
ALTER TABLE sign_ins ADD COLUMN user_name_key {key};
ALTER TABLE sign_ins ADD COLUMN app_name_key {key};
ALTER TABLE sign_ins ADD COLUMN resource_name_key {key};
ALTER TABLE sign_ins ADD COLUMN address_key {key};
UPDATE sign_ins SET
    user_name_key = (SELECT u.display_name_key FROM users u WHERE u.tenant_id = sign_ins.tenant_id AND u.id = sign_ins.user_id),
    app_name_key = (SELECT p.display_name_key FROM service_principals p
        WHERE p.tenant_id = sign_ins.tenant_id AND p.client_id = sign_ins.client_id),
    resource_name_key = (SELECT p.display_name_key FROM service_principals p
        WHERE p.tenant_id = sign_ins.tenant_id AND p.client_id = sign_ins.resource_id),
    address_key = address;
UPDATE sign_ins SET app_name_key = 'my apps' WHERE app_name = 'My Apps';
UPDATE sign_ins SET app_name_key = 'admin portal' WHERE app_name = 'Admin portal';
UPDATE sign_ins SET app_name_key = 'invitation acceptance' WHERE app_name = 'Invitation acceptance';
CREATE INDEX sign_ins_by_address ON sign_ins (tenant_id, address_key, at, id);

ALTER TABLE audit ADD COLUMN target_name_key {key};
UPDATE audit SET target_name_key = coalesce(
    (SELECT g.display_name_key FROM groups g WHERE g.tenant_id = audit.tenant_id AND g.id = audit.target_id),
    (SELECT p.display_name_key FROM service_principals p WHERE p.tenant_id = audit.tenant_id AND p.id = audit.target_id),
    (SELECT a.display_name_key FROM applications a WHERE a.tenant_id = audit.tenant_id AND a.id = audit.target_id));
CREATE INDEX audit_by_target_name ON audit (tenant_id, target_name_key, at);
