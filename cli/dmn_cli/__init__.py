"""The command line `dmn`: one module a command. Parses arguments and prints; what is decided is decided elsewhere."""
