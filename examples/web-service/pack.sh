#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# pack.sh [OPTION]...: makes the image of the web service; options are those of 'nacre pack'.
cd "$(dirname "$0")" || exit 1
exec "${NACRE:-nacre}" pack -f docker --image-tag=web-service -m manifest.scm -S /bin=bin \
  --add-user=app:1500:1500:/srv/app --add-directory=/srv/app,mode=0750,owner=app \
  --add-file=/service.py=service.py --env=PORT=8080 --expose=8080 --volume=/srv/app --workdir=/srv/app \
  --user=app --stop-signal=SIGINT --health-interval=30s --health-timeout=5s \
  --health-cmd=/bin/python3 --health-cmd=-c \
  --health-cmd="import urllib.request as r; r.urlopen('http://127.0.0.1:8080/health')" \
  --entry-point=bin/python3 -A /service.py "$@"
