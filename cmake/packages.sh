# Sourced by ./check and ./quickstart: the Debian packages that the build needs, and how a preset is built.

packages=(
  g++ cmake ninja-build ccache git
  librocksdb-dev libsnappy-dev liblz4-dev libbz2-dev libgflags-dev liburing-dev
  libzstd-dev zlib1g-dev libxxhash-dev libsimdjson-dev libroaring-dev libre2-dev libjemalloc-dev
  libflatbuffers-dev flatbuffers-compiler
  unicode-data libutf8proc-dev libstemmer-dev
  libcli11-dev libgtest-dev libbenchmark-dev libsqlite3-dev python3
)
# Only ./check --all needs these.
packages_all=(clang-14 clang-tidy-14)

# Prints the line that installs all packages, and runs it for those that are missing unless the argument is `no`.
ensure_packages() {
  local missing=() package
  echo "Packages (Debian 12): apt-get install --no-install-recommends ${packages[*]}"
  for package in "${packages[@]}"; do
    dpkg-query -W -f '${Status}' "$package" 2> /dev/null | grep -q '^install ok installed$' || missing+=("$package")
  done
  if [ ${#missing[@]} -eq 0 ]; then return; fi
  if [ "$1" = no ]; then
    echo "Missing, and not installed as --no-install was given: ${missing[*]}" >&2
    exit 1
  fi
  echo "Missing: ${missing[*]}"
  local root=()
  if [ "$(id -u)" -ne 0 ]; then root=(sudo); fi
  "${root[@]}" apt-get update
  "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}"
}

# Configures and builds a preset into build/PRESET with at most two jobs; further arguments are the targets.
configure_and_build() {
  local preset=$1 launcher=() targets=()
  shift
  if command -v ccache > /dev/null; then
    launcher=(-DCMAKE_C_COMPILER_LAUNCHER=ccache -DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
    # Without these, precompiled headers would never be found in the cache.
    export CCACHE_SLOPPINESS=pch_defines,time_macros
    # Another clone of the same code finds what this one compiled.
    export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1
  fi
  if [ $# -gt 0 ]; then targets=(--target "$@"); fi
  mkdir -p build
  cmake --preset "$preset" "${launcher[@]}" > "build/$preset.configure.log" 2>&1 || { cat "build/$preset.configure.log"; return 1; }
  cmake --build --preset "$preset" "${targets[@]}"
}
