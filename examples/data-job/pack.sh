#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# pack.sh [OPTION]...: makes the image of the data job; options are those of 'nacre pack'.
cd "$(dirname "$0")" || exit 1
exec "${NACRE:-nacre}" pack -f docker --image-tag=data-job -m manifest.scm -S /bin=bin \
  --add-user=job:1600 --add-directory=/results,owner=job --add-file=/job.py=job.py \
  --add-file=/data/points.csv=points.csv --volume=/results --user=job \
  --entry-point=bin/python3 -A /job.py "$@"
