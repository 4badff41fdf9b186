"""Renderers: what a finding or a result looks like as text, JSON, Markdown, HTML and for machines. Decides nothing."""
