"""A CallCow simulator on loopback."""
