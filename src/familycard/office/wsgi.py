"""What gunicorn serves: ``gunicorn familycard.office.wsgi``."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

from familycard.office.readiness import make_ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "familycard.office.settings")
application = get_wsgi_application()
make_ready()
