#!/usr/bin/env bash
# Install WordPress, MediaWiki and DokuWiki, and what they run on, from Debian's packages; and locales, for install_python.sh.
# Needs root.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
# A web server and a PHP first: the packages below would otherwise choose Apache.
apt-get install -qq --no-install-recommends nginx-light php-cgi php-cli php-mysql php-sqlite3 mariadb-server-core
apt-get install -qq --no-install-recommends \
    wordpress wordpress-theme-twentytwentyone wordpress-theme-twentytwentythree mediawiki dokuwiki locales
