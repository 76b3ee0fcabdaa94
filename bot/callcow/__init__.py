"""CallCow's call-prompt API: the client, the payload, the rule for a repeated dial."""
