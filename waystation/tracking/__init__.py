"""How many people are where, and how sure we are: operations, rounds, assessments, counts."""
