// Writes events that could not be folded to the dead-letter topic: the original bytes and key, with headers that say
// why and where the event stands. Idempotent and acks=all inside; what was not confirmed is written again, so a letter
// may be there twice, with the same position. One thread.
#pragma once

#include <array>
#include <boost/system/result.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "readmodel/fold/event.h"
#include "readmodel/kafka/handles.h"

namespace readmodel::kafka {

class dead_letters {
 public:
  /// `about`: projection and generation, for a header. The error is one sentence for people.
  [[nodiscard]] static boost::system::result<std::unique_ptr<dead_letters>, std::string> make(
      const std::string& bootstrap, const properties& extra, std::string topic, std::string about);

  void add(const fold::record& which, std::string_view from_topic, std::string_view why);
  /// Empty: all that was added is confirmed. Otherwise the first trouble; nothing is left under way, add them again.
  [[nodiscard]] std::string flush(std::chrono::milliseconds patience);

 private:
  dead_letters(std::string topic, std::string about) : topic_(std::move(topic)), about_(std::move(about)) {}
  [[nodiscard]] bool produce(const std::array<rd_kafka_vu_t, 5>& parts);
  static void on_delivery(rd_kafka_t*, const rd_kafka_message_t* m, void* self);

  std::string topic_;
  std::string about_;
  std::string trouble_;
  client_handle client_;
};

}  // namespace readmodel::kafka
