#include <lz4.h>
#include <simdjson.h>
#include <zlib.h>
#include <zstd.h>
#include <boost/version.hpp>

#include "batching/librdkafka/client.h"
#include "build_values.h"
#include "gateway/app/build_info.h"

namespace gateway::app::build_info {

const std::string_view version = HEADGATE_VERSION;
const std::string_view commit = HEADGATE_COMMIT;
const std::string_view compiler = HEADGATE_COMPILER;

std::string librdkafka() { return batching::librdkafka::library_version(); }

std::string text() {
  const auto boost_version = std::to_string(BOOST_VERSION / 100000) + "." + std::to_string(BOOST_VERSION / 100 % 1000);
  std::string lines;
  lines +=
      "headgate " + std::string(version) + " (commit " + std::string(commit) + ", " + std::string(compiler) + ")\n";
  lines += "librdkafka " + librdkafka() + "\n";
  lines += "boost " + boost_version + "\n";
  lines += "simdjson " + std::string(SIMDJSON_STRINGIFY(SIMDJSON_VERSION)) + "\n";
  lines += "zstd " + std::string(ZSTD_versionString()) + "\n";
  lines += "lz4 " + std::string(LZ4_versionString()) + "\n";
  lines += "zlib " + std::string(zlibVersion()) + "\n";
  return lines;
}

}  // namespace gateway::app::build_info
