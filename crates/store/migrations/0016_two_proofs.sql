-- Who signed in at home with an address that is not the invited one, until the invited mailbox is proven as well.
ALTER TABLE redemption_flows ADD COLUMN account_issuer {key};
ALTER TABLE redemption_flows ADD COLUMN account_subject {key};
ALTER TABLE redemption_flows ADD COLUMN account_address TEXT;
ALTER TABLE redemption_flows ADD COLUMN account_at {time};
