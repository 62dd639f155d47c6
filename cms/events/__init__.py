"""What has happened: every change of content is an event, written by the database in the transaction that changes it, and read in the order of commits."""
