#!/bin/sh
# Installs software in Python that benchmarks crawl, each in an environment of its own: some minutes, 200 MB.
set -eu
servers="${BACKLINKS_SERVERS:-/opt/backlinkspider-servers}"
mkdir -p "$servers"
python3 -m venv "$servers/spirit"
"$servers/spirit/bin/pip" install -q django-spirit==0.14.3
python3 -m venv "$servers/oscar"
"$servers/oscar/bin/pip" install -q "django-oscar[sorl-thumbnail]==4.2.1" whoosh==2.7.4
