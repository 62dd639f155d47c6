"""The audit log: who changed what, and who was refused; written once, read by few, changed by nobody."""
