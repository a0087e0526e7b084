-- What an application calls a sign-in, kept through its steps, so that the line of the log has it.
ALTER TABLE sign_in_flows ADD COLUMN correlation TEXT;
