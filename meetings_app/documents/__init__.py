"""書類: what every Word paper of the product shares."""
