#!/bin/sh
# Installs software in Python that benchmarks crawl, each in an environment of its own: some minutes, 400 MB.
set -eu
servers="${BACKLINKS_SERVERS:-/opt/backlinkspider-servers}"
mkdir -p "$servers"
python3 -m venv "$servers/spirit"
"$servers/spirit/bin/pip" install -q django-spirit==0.14.3
python3 -m venv "$servers/oscar"
"$servers/oscar/bin/pip" install -q "django-oscar[sorl-thumbnail]==4.2.1" whoosh==2.7.4
python3 -m venv "$servers/machina"
"$servers/machina/bin/pip" install -q django-machina==1.3.1 "django>=5.2,<5.3" whoosh==2.7.4
python3 -m venv "$servers/cartridge"
"$servers/cartridge/bin/pip" install -q cartridge==1.3.4 mezzanine==6.1.1 "django>=4.2,<4.3"
# In whose currency it says prices; Debian's package locales has the source.
mkdir -p "$servers/cartridge/locales"
localedef -i en_US -f UTF-8 "$servers/cartridge/locales/en_US.UTF-8"
