#!/usr/bin/python3 -I
"""What systemd, launchd or the task scheduler starts: the helper, from root's own copy, with ``python3 -I``.

The isolated interpreter looks into no folder of a person's; the one folder that it needs is the one above this file.
"""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__)))))
sys.dont_write_bytecode = True

from exitzero.lockdown.daemon import main  # noqa: E402 - the line above says where it lies

sys.exit(main())
