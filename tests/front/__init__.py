"""Tests of the front: pages, command line, words."""
