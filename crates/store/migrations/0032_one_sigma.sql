-- Sigma has another small letter where a word ends. Texts are compared with one for both from now on, or the beginning of a
-- name would not find it: what was folded before is put so. Addresses and names to sign in with have no Greek letters.
UPDATE users SET
    display_name_key = replace(display_name_key, 'ς', 'σ'),
    given_name_key = replace(given_name_key, 'ς', 'σ'),
    surname_key = replace(surname_key, 'ς', 'σ'),
    job_title_key = replace(job_title_key, 'ς', 'σ'),
    company_name_key = replace(company_name_key, 'ς', 'σ'),
    department_key = replace(department_key, 'ς', 'σ'),
    employee_id_key = replace(employee_id_key, 'ς', 'σ'),
    city_key = replace(city_key, 'ς', 'σ'),
    country_key = replace(country_key, 'ς', 'σ'),
    usage_location_key = replace(usage_location_key, 'ς', 'σ'),
    office_location_key = replace(office_location_key, 'ς', 'σ'),
    street_address_key = replace(street_address_key, 'ς', 'σ'),
    state_key = replace(state_key, 'ς', 'σ'),
    postal_code_key = replace(postal_code_key, 'ς', 'σ'),
    employee_type_key = replace(employee_type_key, 'ς', 'σ'),
    mobile_phone_key = replace(mobile_phone_key, 'ς', 'σ'),
    business_phone_key = replace(business_phone_key, 'ς', 'σ'),
    preferred_language_key = replace(preferred_language_key, 'ς', 'σ'),
    mail_nickname_key = replace(mail_nickname_key, 'ς', 'σ')
WHERE display_name_key LIKE '%ς%' OR given_name_key LIKE '%ς%' OR surname_key LIKE '%ς%' OR job_title_key LIKE '%ς%'
    OR company_name_key LIKE '%ς%' OR department_key LIKE '%ς%' OR employee_id_key LIKE '%ς%'
    OR city_key LIKE '%ς%' OR country_key LIKE '%ς%' OR usage_location_key LIKE '%ς%'
    OR office_location_key LIKE '%ς%' OR street_address_key LIKE '%ς%' OR state_key LIKE '%ς%'
    OR postal_code_key LIKE '%ς%' OR employee_type_key LIKE '%ς%' OR mobile_phone_key LIKE '%ς%'
    OR business_phone_key LIKE '%ς%' OR preferred_language_key LIKE '%ς%' OR mail_nickname_key LIKE '%ς%';
UPDATE groups SET
    display_name_key = replace(display_name_key, 'ς', 'σ'),
    description_key = replace(description_key, 'ς', 'σ'),
    mail_nickname_key = replace(mail_nickname_key, 'ς', 'σ')
WHERE display_name_key LIKE '%ς%' OR description_key LIKE '%ς%' OR mail_nickname_key LIKE '%ς%';
UPDATE deleted_groups SET
    display_name_key = replace(display_name_key, 'ς', 'σ'),
    description_key = replace(description_key, 'ς', 'σ'),
    mail_nickname_key = replace(mail_nickname_key, 'ς', 'σ')
WHERE display_name_key LIKE '%ς%' OR description_key LIKE '%ς%' OR mail_nickname_key LIKE '%ς%';
UPDATE applications SET
    display_name_key = replace(display_name_key, 'ς', 'σ'),
    description_key = replace(description_key, 'ς', 'σ')
WHERE display_name_key LIKE '%ς%' OR description_key LIKE '%ς%';
UPDATE deleted_applications SET
    display_name_key = replace(display_name_key, 'ς', 'σ'),
    description_key = replace(description_key, 'ς', 'σ')
WHERE display_name_key LIKE '%ς%' OR description_key LIKE '%ς%';
UPDATE service_principals SET
    display_name_key = replace(display_name_key, 'ς', 'σ'),
    description_key = replace(description_key, 'ς', 'σ')
WHERE display_name_key LIKE '%ς%' OR description_key LIKE '%ς%';
UPDATE deleted_service_principals SET
    display_name_key = replace(display_name_key, 'ς', 'σ'),
    description_key = replace(description_key, 'ς', 'σ')
WHERE display_name_key LIKE '%ς%' OR description_key LIKE '%ς%';
UPDATE deleted_objects SET
    display_name_key = replace(display_name_key, 'ς', 'σ')
WHERE display_name_key LIKE '%ς%';
UPDATE sign_ins SET
    user_name_key = replace(user_name_key, 'ς', 'σ'),
    app_name_key = replace(app_name_key, 'ς', 'σ'),
    resource_name_key = replace(resource_name_key, 'ς', 'σ')
WHERE user_name_key LIKE '%ς%' OR app_name_key LIKE '%ς%' OR resource_name_key LIKE '%ς%';
UPDATE audit SET
    target_name_key = replace(target_name_key, 'ς', 'σ'),
    correlation_key = replace(correlation_key, 'ς', 'σ')
WHERE target_name_key LIKE '%ς%' OR correlation_key LIKE '%ς%';
UPDATE search_words SET sort_key = replace(sort_key, 'ς', 'σ') WHERE sort_key LIKE '%ς%';

-- Tags are kept in words as a whole: those of applications are put anew when the directory is opened next.
INSERT INTO words_to_fill (tenant_id, kind) SELECT DISTINCT w.tenant_id, k.kind FROM search_words w, (
    SELECT 'Application' AS kind UNION ALL SELECT 'ServicePrincipal' UNION ALL SELECT 'DeletedApplication'
    UNION ALL SELECT 'DeletedServicePrincipal') k
    WHERE w.word LIKE '%ς%' ON CONFLICT (tenant_id, kind) DO UPDATE SET done = NULL;
