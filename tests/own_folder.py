"""A pytest plugin, loaded before Django's settings are read: every test process has a data folder of its own."""

import atexit
import os
import shutil
import tempfile

FOLDER = tempfile.mkdtemp(prefix="waystation-test-")
os.environ["WAYSTATION_DATA"] = FOLDER
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)
