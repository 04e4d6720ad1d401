"""Facets of the list: sets of solutions as integers, kept in each process and as old as the portal's version.

bits: the sets. reading: one statement for all or for what changed. index: the state. questions: what is asked, as sets.
options: the boxes with their counts. ways_on: what to do when nothing is found.
"""
