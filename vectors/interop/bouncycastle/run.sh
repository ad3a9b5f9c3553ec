#!/bin/sh
# BouncyCastle from Maven Central.
set -eu
version=1.82
here=$(cd "$(dirname "$0")" && pwd)
build=${YINXIN_INTEROP:-$here/../../../target/interop}/bouncycastle
mkdir -p "$build/jars"
for name in bcprov bcpkix bcutil; do
    if [ ! -f "$build/jars/$name-jdk18on-$version.jar" ]; then
        (cd "$build" && mvn -q -B dependency:copy -Dartifact=org.bouncycastle:$name-jdk18on:$version \
            -DoutputDirectory="$build/jars" -Dmdep.useBaseVersion=true >&2)
    fi
done
for source in "$here"/*.java; do
    if [ ! -f "$build/Peer.class" ] || [ "$source" -nt "$build/Peer.class" ]; then
        javac -d "$build" -cp "$build/jars/*" "$here"/*.java >&2
        break
    fi
done
exec java -cp "$build:$build/jars/*" Peer "$@"
