"""Block Kit for each surface. Pure: what comes in is a call or a form, what goes out is blocks."""
