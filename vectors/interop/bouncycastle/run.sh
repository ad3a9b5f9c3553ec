#!/bin/sh
# BouncyCastle from Maven Central.
set -eu
version=1.82
here=$(cd "$(dirname "$0")" && pwd)
build=${YINXIN_INTEROP:-$here/../../../target/interop}/bouncycastle
jar=$build/bcprov-jdk18on-$version.jar
mkdir -p "$build"
if [ ! -f "$jar" ]; then
    (cd "$build" && mvn -q -B dependency:copy -Dartifact=org.bouncycastle:bcprov-jdk18on:$version \
        -DoutputDirectory="$build" -Dmdep.useBaseVersion=true >&2)
fi
if [ ! -f "$build/Peer.class" ] || [ "$here/Peer.java" -nt "$build/Peer.class" ]; then
    javac -d "$build" -cp "$jar" "$here/Peer.java" >&2
fi
exec java -cp "$build:$jar" Peer "$@"
