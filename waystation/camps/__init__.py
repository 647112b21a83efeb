"""Running a displacement site: services, plots, distributions, feedback. To come."""
