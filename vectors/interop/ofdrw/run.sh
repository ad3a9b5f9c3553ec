#!/bin/sh
# OFDRW's reader of seals and stamps, and BouncyCastle's of messages and paths, from Maven Central.
# (The parent of OFDRW 2.3.8 is not in Maven Central, so each file is named.)
set -eu
here=$(cd "$(dirname "$0")" && pwd)
build=${YINXIN_INTEROP:-$here/../../../target/interop}/ofdrw
mkdir -p "$build/jars" "$build/classes"
for artifact in org.ofdrw:ofdrw-gm:2.3.8 org.bouncycastle:bcprov-jdk18on:1.82 \
    org.bouncycastle:bcpkix-jdk18on:1.82 org.bouncycastle:bcutil-jdk18on:1.82; do
    file=$(echo "$artifact" | cut -d: -f2,3 | tr : -).jar
    if [ ! -f "$build/jars/$file" ]; then
        (cd "$build" && mvn -q -B dependency:copy -Dartifact="$artifact" -DoutputDirectory="$build/jars" >&2)
    fi
done
if [ ! -f "$build/classes/Peer.class" ] || [ "$here/Peer.java" -nt "$build/classes/Peer.class" ]; then
    javac -d "$build/classes" -cp "$build/jars/*" "$here/Peer.java" >&2
fi
exec java -cp "$build/classes:$build/jars/*" Peer "$@"
