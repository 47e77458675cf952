// Runs the decoder over a text in an exact-size buffer and keeps what came out, for tests to look at.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/gateway/decode/agreement.h"

namespace decode_tests {

/// One body's events; views stay valid as long as this lives.
class decoding {
 public:
  enum class format { ndjson, json, opaque };

  decoding(format as, std::string_view text, const gateway::decode::decode_options& how);

  [[nodiscard]] bool read() const noexcept { return !error_.has_value(); }
  [[nodiscard]] const gateway::decode::body_error& error() const { return error_.value(); }
  [[nodiscard]] std::size_t size() const noexcept { return events_.size(); }
  [[nodiscard]] const batching::event& operator[](std::size_t i) const { return events_[i]; }
  [[nodiscard]] std::vector<std::string> values() const;
  /// "-" for an event without a key, "!" for an invalid one.
  [[nodiscard]] std::vector<std::string> keys() const;

 private:
  padded body_;
  batching::events events_;
  std::optional<gateway::decode::body_error> error_;
};

/// With the usual pointers; `change` what a test needs.
[[nodiscard]] gateway::decode::decode_options usual_options();
[[nodiscard]] decoding ndjson(std::string_view text, const gateway::decode::decode_options& how = usual_options());
[[nodiscard]] decoding json(std::string_view text, const gateway::decode::decode_options& how = usual_options());

/// `levels` containers in each other: {"a":{"a": .. 1 .. }}
[[nodiscard]] std::string nested(std::size_t levels);

}  // namespace decode_tests
