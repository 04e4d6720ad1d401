"""publiccode.yml: read safely, compared with the standard, turned into drafts, written for each solution.

Nothing in here writes; the verbs are in `catalogue.actions.importing`.
"""
