// The files from which librdkafka reads certificates, a key and authorities when a client is made, and only then:
// whether they have changed since, so that a renewed certificate needs nobody. Used by the publisher's keeper.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "batching/files/file_mark.h"

namespace batching::librdkafka {

class credential_files {
 public:
  using marks = std::vector<files::file_mark>;

  /// `properties`: librdkafka's, of which some name files. `secrets`: files by the property whose value they hold.
  explicit credential_files(const std::map<std::string, std::string>& properties,
                            const std::map<std::string, std::string>& secrets = {});

  /// As they are now. Reads no contents.
  [[nodiscard]] marks look() const;

 private:
  std::vector<std::string> paths_;
};

}  // namespace batching::librdkafka
