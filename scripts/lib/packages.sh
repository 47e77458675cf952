# Every Debian package Headgate needs, by suite and purpose. The one place to change. Sourced by scripts/setup.
# shellcheck shell=bash disable=SC2034

# To build: compiler and libraries.
build_packages=(
  g++ make cmake ninja-build pkg-config git ca-certificates
  libsimdjson-dev libzstd-dev liblz4-dev zlib1g-dev libsnappy-dev libssl-dev libyaml-cpp-dev libcli11-dev libspdlog-dev prometheus-cpp-dev
  librocksdb-dev
)
# To run the demo: Java for the local Kafka (by suite, below), openssl for its certificates, curl and python3.
demo_packages=(curl python3 openssl)
# To test as well.
test_packages=(ccache libgtest-dev libgmock-dev libbenchmark-dev valgrind clang clang-tidy clang-format shellcheck python3-jwt
  python3-cryptography)
# Only while Kafka's jars are not there yet.
maven_packages=(maven)

declare -A suite_build_packages=([12]="" [13]="librdkafka-dev")
# Headers only. Two versions exclude each other; where another is installed, ours is unpacked below build/deps.
declare -A suite_boost_packages=([12]="libboost1.81-dev" [13]="libboost1.83-dev")
declare -A suite_demo_packages=([12]="openjdk-17-jre-headless" [13]="openjdk-21-jre-headless")
declare -A suite_test_packages=([12]="libclang-rt-14-dev" [13]="libclang-rt-19-dev libllhttp-dev")
# A real Prometheus for the tests: unpacked, not installed, so that no service is started.
declare -A suite_prometheus_packages=([12]="prometheus" [13]="prometheus promtool")

# Debian 12 only: what it takes to rebuild Debian 13's librdkafka there (its own 2.0.2 loses the idempotent producer).
rdkafka_build_packages=(
  build-essential fakeroot dpkg-dev debhelper pkgconf libcurl4-openssl-dev liblz4-dev libsasl2-dev libssl-dev libzstd-dev
  python3 rapidjson-dev zlib1g-dev
)
rdkafka_version_min=2.3.0
boost_minor_min=81
