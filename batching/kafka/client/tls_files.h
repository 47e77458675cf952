// The TLS context of the connections to Kafka, made from files, and made anew when one of them has changed, so that a
// renewed certificate needs nobody. Shared by all lanes; any thread.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "batching/files/file_mark.h"
#include "batching/kafka/client/connection.h"
#include "batching/stream/tls_context.h"

namespace batching::kafka::client {

class tls_files final : public tls_source {
 public:
  static constexpr std::chrono::seconds look_every{1};

  explicit tls_files(stream::tls_settings settings);

  /// Files that cannot be used leave the context before in force, and are looked at again.
  [[nodiscard]] std::shared_ptr<stream::tls_context> current() override;
  /// Why the files cannot be used now; empty: they can.
  [[nodiscard]] std::string problem();

 private:
  [[nodiscard]] std::vector<files::file_mark> look() const;
  void make();

  stream::tls_settings settings_;
  std::mutex mutex_;
  std::vector<files::file_mark> seen_;
  std::string problem_;
  std::shared_ptr<stream::tls_context> context_;  // co-owned by its connections
  std::chrono::steady_clock::time_point look_due_{};
};

}  // namespace batching::kafka::client
