-- Descriptions with a folded text beside them, so that groups, applications and service principals are filtered by them.
ALTER TABLE groups ADD COLUMN description_key {key};
ALTER TABLE deleted_groups ADD COLUMN description_key {key};
ALTER TABLE applications ADD COLUMN description_key {key};
ALTER TABLE deleted_applications ADD COLUMN description_key {key};
ALTER TABLE service_principals ADD COLUMN description_key {key};
ALTER TABLE deleted_service_principals ADD COLUMN description_key {key};

-- What was there before is folded when the directory is opened next, as words are.
DELETE FROM words_to_fill WHERE kind IN ('Group', 'Application', 'ServicePrincipal');
INSERT INTO words_to_fill (tenant_id, kind) SELECT id, 'Group' FROM tenants;
INSERT INTO words_to_fill (tenant_id, kind) SELECT id, 'Application' FROM tenants;
INSERT INTO words_to_fill (tenant_id, kind) SELECT id, 'ServicePrincipal' FROM tenants;
INSERT INTO words_to_fill (tenant_id, kind) SELECT id, 'DeletedGroup' FROM tenants;
INSERT INTO words_to_fill (tenant_id, kind) SELECT id, 'DeletedApplication' FROM tenants;
INSERT INTO words_to_fill (tenant_id, kind) SELECT id, 'DeletedServicePrincipal' FROM tenants;
