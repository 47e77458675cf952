// Turns one CloudEvent into what its record holds, in either content mode of the Kafka protocol binding: ce_ headers
// and the data as value, or the JSON envelope as value. Keeps the headers of one request's events. One a lane.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "batching/event.h"
#include "gateway/api/cloudevents/attributes.h"
#include "gateway/config/settings.h"

namespace gateway::api::cloudevents {

/// One event, read. Views into the request, or texts that batching::events keeps.
struct incoming {
  attributes context;
  enum class payload : std::uint8_t {
    none,   // no data at all
    bytes,  // as they are
    json,   // JSON text
  } data_is = payload::none;
  std::string_view data;
  std::string_view envelope;  // the JSON it came in; empty: it came in fields
};

class record_writer {
 public:
  void begin(const config::topic_settings& of) noexcept;
  /// Value and headers of `e`; `list` keeps what is made here. The headers are set by end().
  void write(const incoming& from, batching::event& e, batching::events& list);
  /// After the last event: nothing moves any more.
  void end(batching::events& list);

 private:
  struct part {
    std::size_t first = 0;
    std::size_t count = 0;
  };
  void write_binary(const incoming& from, batching::event& e, batching::events& list);
  void write_structured(const incoming& from, batching::event& e, batching::events& list);
  void add_event_headers(const attributes& of, batching::events& list);

  const config::topic_settings* topic_ = nullptr;
  std::vector<batching::header> headers_;  // of all events, one behind the other
  std::vector<part> parts_;                // by event; empty for one that is rejected
};

}  // namespace gateway::api::cloudevents
