#!/bin/sh
# OpenSSL's libcrypto, through Python's ctypes: nothing to fetch.
exec python3 "$(dirname "$0")/peer.py" "$@"
