"""How the regions of Germany come into the portal: from the published directory to rows that can be found."""
