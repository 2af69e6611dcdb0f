"""The service: JSON API and pages over one snapshot."""
