"""Tests of the go-live rehearsal: files, scratch files, reports."""
