"""Tests of the companion integration."""
