#!/bin/sh
# Installs a local Bluesky network (PLC, PDS, AppView, ozone) into the folder given, from npm by package names.
# About two minutes on two cores and 670 MB. An install that is complete is left as it is.
set -eu
target=$1
mkdir -p "$target"
cd "$target"
[ -e package.json ] || echo '{"private": true}' >package.json

# The AppView needs Node 22 or newer; npm carries the binary together with its headers.
if ! [ -x n22/node_modules/.bin/node ]; then
    npm install --no-audit --no-fund --prefix n22 node@22.23.3
fi

# npm writes node_modules/.package-lock.json last, so a broken install is taken up again.
if ! [ -e node_modules/.package-lock.json ] || ! [ -d node_modules/@atproto/dev-env ]; then
    for place in n22/node_modules/node/node_modules/node-*; do
        node_home=$PWD/$place
    done
    # Without these two, better-sqlite3 is compiled for the machine's older Node.
    PATH=$node_home/bin:$PATH
    npm_config_nodedir=$node_home
    export PATH npm_config_nodedir
    npm install --no-audit --no-fund @atproto/dev-env@0.6.7
fi
