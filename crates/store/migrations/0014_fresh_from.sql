-- How old a sign-in may be: sign-ins before this do not count, here or at home.
ALTER TABLE sign_in_flows ADD COLUMN fresh_from {time};
ALTER TABLE upstream_sign_ins ADD COLUMN fresh_from {time};
