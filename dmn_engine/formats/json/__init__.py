"""Tables and workbooks as JSON documents."""
