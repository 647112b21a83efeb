"""The front desk: settings, routes, the frame of every page, the command line, the worker."""
