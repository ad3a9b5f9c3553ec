#!/bin/sh
# OFDRW and we judge each other's signed documents; ../README.md says what is compared.
#     vectors/interop/ofdrw/documents.sh            builds the command first, in the profile "checked"
#     YINXIN=path/of/yinxin vectors/interop/ofdrw/documents.sh
#     vectors/interop/ofdrw/documents.sh --java ARGUMENT...      Documents.java alone
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$here/../../..
build=${YINXIN_INTEROP:-$root/target/interop}/ofdrw
mkdir -p "$build/document-jars" "$build/document-classes"
# The parent of OFDRW 2.3.8 is not in Maven Central, so each file is named.
for artifact in org.ofdrw:ofdrw-sign:2.3.8 org.ofdrw:ofdrw-gm:2.3.8 org.ofdrw:ofdrw-gv:2.3.8 \
    org.ofdrw:ofdrw-reader:2.3.8 org.ofdrw:ofdrw-core:2.3.8 org.ofdrw:ofdrw-pkg:2.3.8 \
    org.dom4j:dom4j:2.1.4 jaxen:jaxen:2.0.0 commons-io:commons-io:2.16.1 \
    net.lingala.zip4j:zip4j:2.11.5 org.apache.commons:commons-compress:1.26.2 \
    org.apache.commons:commons-lang3:3.14.0 org.slf4j:slf4j-api:2.0.13 \
    org.bouncycastle:bcprov-jdk18on:1.82 \
    org.bouncycastle:bcpkix-jdk18on:1.82 org.bouncycastle:bcutil-jdk18on:1.82; do
    file=$(echo "$artifact" | cut -d: -f2,3 | tr : -).jar
    if [ ! -f "$build/document-jars/$file" ]; then
        (cd "$build" && mvn -q -B dependency:copy -Dartifact="$artifact" \
            -DoutputDirectory="$build/document-jars" >&2)
    fi
done
classes=$build/document-classes
if [ ! -f "$classes/Documents.class" ] || [ "$here/Documents.java" -nt "$classes/Documents.class" ]; then
    javac -d "$classes" -cp "$build/document-jars/*" "$here/Documents.java" >&2
fi
if [ "${1:-}" = --java ]; then
    shift
    exec java -cp "$classes:$build/document-jars/*" Documents "$@"
fi
if [ -z "${YINXIN:-}" ]; then
    (cd "$root" && cargo build --quiet --locked --profile checked -p yinxin-cli --bin yinxin >&2)
    YINXIN=${CARGO_TARGET_DIR:-$root/target}/checked/yinxin
fi
exec python3 "$here/documents.py" "$YINXIN" "$classes:$build/document-jars/*" "$@"
