"""The command line `dmn`: one module a command. Commands parse arguments and print; the engine does the rest."""
