# Every outside library, what it is for, and the oldest version we accept. `scripts/setup` installs them all.
function(headgate_require what ok hint)
  if(NOT ${ok})
    message(FATAL_ERROR "headgate needs ${what}. ${hint} Run scripts/setup: it installs everything on Debian 12 and 13.")
  endif()
endfunction()

find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)

# librdkafka >= 2.3.0: a producer, and the load generator's verifier.
include(rdkafka)

# Boost: Asio (sockets, timers, coroutines) and system::result. Header only, Asio compiled once in headgate_asio.
if(POLICY CMP0167)
  cmake_policy(SET CMP0167 NEW) # Boost's own package file; newer CMake drops its FindBoost
endif()
list(PREPEND CMAKE_PREFIX_PATH "${PROJECT_SOURCE_DIR}/build/deps/boost/usr") # where scripts/setup unpacks it beside an older one
find_package(Boost 1.81 QUIET)
headgate_require("Boost >= 1.81" Boost_FOUND "Debian 12: libboost1.81-dev, Debian 13: libboost-dev.")
add_library(headgate_asio STATIC "${PROJECT_SOURCE_DIR}/cmake/asio.cpp")
target_link_libraries(headgate_asio PUBLIC Boost::headers Threads::Threads)
target_compile_definitions(headgate_asio PUBLIC BOOST_ASIO_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED)

# simdjson: SIMD structural scan and the reference JSON parser.
find_package(simdjson QUIET)
headgate_require("simdjson" simdjson_FOUND "Package libsimdjson-dev.")

# zstd, lz4, zlib, snappy: request and frame bodies, and record batches of logs. RocksDB brings snappy along.
pkg_check_modules(ZSTD IMPORTED_TARGET libzstd>=1.5)
headgate_require("zstd >= 1.5" ZSTD_FOUND "Package libzstd-dev.")
pkg_check_modules(LZ4 IMPORTED_TARGET liblz4>=1.9)
headgate_require("lz4 >= 1.9" LZ4_FOUND "Package liblz4-dev.")
find_package(Snappy 1.1.9 CONFIG QUIET)
headgate_require("snappy >= 1.1.9" Snappy_FOUND "Package libsnappy-dev.")
find_package(ZLIB QUIET)
headgate_require("zlib" ZLIB_FOUND "Package zlib1g-dev.")

# OpenSSL: TLS, and the hashes of logins.
find_package(OpenSSL 3.0 QUIET)
headgate_require("OpenSSL >= 3.0" OpenSSL_FOUND "Package libssl-dev.")

# yaml-cpp: configuration files. CLI11: flags.
find_package(yaml-cpp QUIET)
headgate_require("yaml-cpp" yaml-cpp_FOUND "Package libyaml-cpp-dev.")
add_library(headgate_yaml INTERFACE)
target_link_libraries(headgate_yaml INTERFACE $<IF:$<TARGET_EXISTS:yaml-cpp::yaml-cpp>,yaml-cpp::yaml-cpp,yaml-cpp>)
find_package(CLI11 QUIET)
headgate_require("CLI11" CLI11_FOUND "Package libcli11-dev.")

# spdlog: asynchronous structured logs.
find_package(spdlog QUIET)
headgate_require("spdlog" spdlog_FOUND "Package libspdlog-dev.")

# prometheus-cpp core: registry and Prometheus text format.
find_package(prometheus-cpp QUIET COMPONENTS core)
headgate_require("prometheus-cpp" prometheus-cpp_FOUND "Package prometheus-cpp-dev.")

# RocksDB: the event store's index on disk, in bounded memory, with atomic writes.
# By pkg-config: its CMake package takes no newer major version for an older one.
pkg_check_modules(ROCKSDB IMPORTED_TARGET rocksdb>=7.8)
headgate_require("RocksDB >= 7.8" ROCKSDB_FOUND "Package librocksdb-dev.")

# Not for the product. llhttp: the independent HTTP/1.1 parser that ours is compared with.
if(HEADGATE_TESTS OR HEADGATE_BENCH)
  include(llhttp)
endif()
if(HEADGATE_TESTS)
  include(gtest)
endif()
if(HEADGATE_BENCH)
  find_package(benchmark QUIET)
  headgate_require("Google Benchmark" benchmark_FOUND "Package libbenchmark-dev.")
endif()
