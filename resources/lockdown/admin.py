#!/usr/bin/python3 -I
"""What ``pkexec`` or ``sudo`` starts: install, uninstall, repair, and the switch for browser policies.

It lies in ``resources/lockdown`` of a checkout and of root's copy, and in a package's ``exitzero/_resources/lockdown``.
"""

import os
import sys

_here = os.path.dirname(os.path.realpath(__file__))
_above = os.path.dirname(os.path.dirname(_here))
# Last, so that nothing but our own package is ever taken from there.
sys.path.append(os.path.dirname(_above) if os.path.basename(os.path.dirname(_here)) == "_resources" else _above)
sys.dont_write_bytecode = True

from exitzero.lockdown.install import main  # noqa: E402 - the lines above say where it lies

sys.exit(main())
