"""A pytest plugin, loaded before Django's settings are read: every test process has a data folder of its own."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

FOLDER = tempfile.mkdtemp(prefix="waystation-test-")
os.environ["WAYSTATION_DATA"] = FOLDER
Path(FOLDER, "static").mkdir()  # where the middleware of static files looks at its start
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)
