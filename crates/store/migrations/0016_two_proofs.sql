-- Who signed in at home with an address that is not the invited one, until the invited mailbox is proven as well.
ALTER TABLE redemption_flows ADD COLUMN account_issuer {key};
ALTER TABLE redemption_flows ADD COLUMN account_subject {key};
ALTER TABLE redemption_flows ADD COLUMN account_address TEXT;
ALTER TABLE redemption_flows ADD COLUMN account_at {time};

-- A record is found by the number of its request, or by the beginning of it that pages show; in any case of letters.
ALTER TABLE audit ADD COLUMN correlation_key {key};
UPDATE audit SET correlation_key = correlation WHERE correlation IS NOT NULL;
CREATE INDEX audit_by_correlation ON audit (tenant_id, correlation_key) WHERE correlation_key IS NOT NULL;
