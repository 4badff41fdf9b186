"""Decision tables and graphs: what they are, what they say and what they give. Knows no sheets, XML or JSON."""
