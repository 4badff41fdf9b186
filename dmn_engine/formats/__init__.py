"""Files in and out; no module here knows FEEL."""
