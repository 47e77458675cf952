// The files from which librdkafka reads certificates, a key and authorities when a client is made, and only then:
// whether they have changed since, so that a renewed certificate needs nobody. Used by the publisher's keeper.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace batching::librdkafka {

class credential_files {
 public:
  /// One file as it stands in its directory (links followed, as mounted secrets are made of them). All 0: it is not
  /// there.
  struct mark {
    ino_t inode = 0;
    off_t bytes = 0;
    std::int64_t changed_ns = 0;
    bool operator==(const mark&) const = default;
  };
  using marks = std::vector<mark>;

  /// `properties`: librdkafka's, of which some name files. `secrets`: files by the property whose value they hold.
  explicit credential_files(const std::map<std::string, std::string>& properties,
                            const std::map<std::string, std::string>& secrets = {});

  /// As they are now. Reads no contents.
  [[nodiscard]] marks look() const;

 private:
  std::vector<std::string> paths_;
};

}  // namespace batching::librdkafka
