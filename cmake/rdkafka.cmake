# Target PkgConfig::RDKAFKA. 2.0.2 (Debian 12's own) goes fatal after one disconnect with idempotence on; fixed in 2.3.0.
include(CheckCXXSourceRuns)

pkg_check_modules(RDKAFKA IMPORTED_TARGET rdkafka)
set(rdkafka_advice "Run scripts/setup: Debian 13 has it as librdkafka-dev; on Debian 12 the script rebuilds Debian 13's package.")
if(NOT RDKAFKA_FOUND)
  message(FATAL_ERROR "headgate needs librdkafka >= 2.3.0, found none. ${rdkafka_advice}")
endif()
if(RDKAFKA_VERSION VERSION_LESS 2.3.0)
  message(FATAL_ERROR "headgate needs librdkafka >= 2.3.0, found ${RDKAFKA_VERSION} in ${RDKAFKA_PREFIX}: older ones lose the idempotent "
    "producer after one disconnect. ${rdkafka_advice} A copy below /usr/local hides the package: remove it, or install >= 2.3.0 there.")
endif()

# A second copy below /usr/local may give the compiler its header, or a running program its library, whatever pkg-config says.
set(CMAKE_REQUIRED_LIBRARIES PkgConfig::RDKAFKA)
set(CMAKE_REQUIRED_QUIET ON)
check_cxx_source_runs("
#include <librdkafka/rdkafka.h>
int main() { return RD_KAFKA_VERSION >= 0x02030000 && rd_kafka_version() >= 0x02030000 ? 0 : 1; }" HEADGATE_RDKAFKA_IS_ONE)
unset(CMAKE_REQUIRED_LIBRARIES)
if(NOT HEADGATE_RDKAFKA_IS_ONE)
  unset(HEADGATE_RDKAFKA_IS_ONE CACHE)
  message(FATAL_ERROR "there are two copies of librdkafka: pkg-config names ${RDKAFKA_VERSION} in ${RDKAFKA_PREFIX}, but a test program gets an "
    "older header or library, or none (mostly from /usr/local: ls /usr/local/include/librdkafka /usr/local/lib/librdkafka*). Remove one "
    "of them, then run ldconfig as root.")
endif()
