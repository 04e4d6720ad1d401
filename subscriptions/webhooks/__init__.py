"""Signed calls to addresses of subscribers (Standard Webhooks): what is sent, how it is signed, and the loop."""
