#!/bin/sh
# Installs the C library, its header and the command:
#
#   install.sh DESTDIR PREFIX [BUILT]
#
# Files go to DESTDIR/PREFIX (DESTDIR may be empty); PREFIX is what they say about themselves. BUILT
# is a folder with libyinxin_ffi.so and libyinxin_ffi.a; without it a release is built. Needs
# binutils. The names that the libraries show to a linker are those of the header, no others.
set -eu

[ $# -eq 2 ] || [ $# -eq 3 ] || { echo "usage: install.sh DESTDIR PREFIX [BUILT]" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
prefix=$2
case $prefix in /*) ;; *) echo "install.sh: PREFIX must begin with /" >&2; exit 2 ;; esac
to=$1$prefix
built=${3:-}

if [ "$(uname -s)" != Linux ]; then
    echo "install.sh: only for Linux; elsewhere build with cargo and copy the library and the header" >&2
    exit 1
fi
if [ -z "$built" ]; then
    (cd "$here/.." && "${CARGO:-cargo}" build --release -p yinxin-ffi -p yinxin-cli)
    built=${CARGO_TARGET_DIR:-$here/../target}/release
fi
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' "$here/../Cargo.toml" | head -n 1)
soname=$(sed -n 's/.*-soname,libyinxin\.so\.\([0-9]*\).*/\1/p' "$here/build.rs")

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# One object with everything the header's functions need; its other names become its own.
sed -n 's/^[a-z].*[ *]\(yx_[a-z0-9_]*\)(.*/-u \1/p' "$here/include/yinxin.h" | grep -v typedef > "$work/roots"
ld -r --gc-sections $(cat "$work/roots") -o "$work/all.o" "$built/libyinxin_ffi.a"
objcopy --strip-debug -R .llvmbc -R .llvmcmd --wildcard --keep-global-symbol='yx_*' "$work/all.o" "$work/yinxin.o"
ar rcs "$work/libyinxin.a" "$work/yinxin.o"
objcopy --strip-debug "$built/libyinxin_ffi.so" "$work/libyinxin.so"

for file in yinxin.pc yinxinConfig.cmake yinxinConfigVersion.cmake; do
    sed -e "s|@PREFIX@|$prefix|g" -e "s|@VERSION@|$version|g" -e "s|@SOVERSION@|$soname|g" \
        "$here/install/$file.in" > "$work/$file"
done

install -d "$to/include" "$to/lib/pkgconfig" "$to/lib/cmake/yinxin"
install -m 644 "$here/include/yinxin.h" "$to/include/"
install -m 755 "$work/libyinxin.so" "$to/lib/libyinxin.so.$version"
ln -sf "libyinxin.so.$version" "$to/lib/libyinxin.so.$soname"
ln -sf "libyinxin.so.$soname" "$to/lib/libyinxin.so"
install -m 644 "$work/libyinxin.a" "$to/lib/"
install -m 644 "$work/yinxin.pc" "$to/lib/pkgconfig/"
install -m 644 "$work/yinxinConfig.cmake" "$work/yinxinConfigVersion.cmake" "$to/lib/cmake/yinxin/"
if [ -x "$built/yinxin" ]; then
    install -d "$to/bin"
    install -m 755 "$built/yinxin" "$to/bin/"
fi
echo "installed yinxin $version below $to"
