"""CallCow's call-prompt API: its contract, the client, the rate."""
