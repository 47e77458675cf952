#include "batching/librdkafka/credential_files.h"

#include <array>

namespace batching::librdkafka {
namespace {

// librdkafka's CONFIGURATION.md; the same properties can hold the contents themselves, which do not change.
constexpr std::array<const char*, 5> naming_files = {"ssl.ca.location", "ssl.certificate.location", "ssl.key.location",
                                                     "ssl.keystore.location", "ssl.crl.location"};

}  // namespace

credential_files::credential_files(const std::map<std::string, std::string>& properties,
                                   const std::map<std::string, std::string>& secrets) {
  for (const char* name : naming_files)
    if (const auto named = properties.find(name); named != properties.end()) paths_.push_back(named->second);
  for (const auto& [property, path] : secrets) paths_.push_back(path);
}

credential_files::marks credential_files::look() const {
  marks all;
  for (const std::string& path : paths_) all.push_back(files::mark_of(path));
  return all;
}

}  // namespace batching::librdkafka
