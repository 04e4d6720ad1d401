"""Who may do what with solutions and transfers for an organisation (the campus team: govtech_portal/roles.py)."""

import rules

from members.rules import is_editor_of

rules.add_perm("catalogue.propose_solution", is_editor_of)
rules.add_perm("catalogue.confirm_own_transfer", is_editor_of)
