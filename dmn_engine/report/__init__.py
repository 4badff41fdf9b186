"""Write findings and results as text, JSON, Markdown, HTML, and in formats for machines."""
