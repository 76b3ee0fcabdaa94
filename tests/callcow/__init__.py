"""Tests of CallCow's client."""
