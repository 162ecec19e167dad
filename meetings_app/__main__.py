"""`python -m meetings_app` runs the command line."""

import sys

from meetings_app.cli import main

sys.exit(main())
