"""Reports for people who are not signed in: what a rehearsal decided, as one page to hand round."""
