// One record of the REST Proxy's version 3: JSON into an event, and what its report says beside the offset. Used by the
// stream of records and by the batch.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "batching/event.h"
#include "gateway/decode/decoder.h"
#include "gateway/decode/json_cursor.h"

namespace gateway::api::rest_proxy {

enum class v3_type : std::uint8_t { absent, binary, json, string };
[[nodiscard]] std::string_view name_of(v3_type t) noexcept;

/// Kept from the request to the report.
struct v3_note {
  v3_type key = v3_type::absent;
  v3_type value = v3_type::absent;
  std::uint32_t key_bytes = 0;
  std::uint32_t value_bytes = 0;
  std::int64_t timestamp_ms = 0;
};

class v3_record_reader {
 public:
  /// Of the records that follow: which times they may have, what `now` is, what the topic asks. Outlives them.
  void begin(const decode::decode_options& how) noexcept { how_ = &how; }
  /// Adds one event; what is wrong with the record is in it. `ignored`: a member that is not the record's (the id of a
  /// batch's entry).
  v3_note read(decode::json_value record, std::string_view ignored, batching::events& out);

 private:
  [[nodiscard]] std::string read_members(decode::json_value record, std::string_view ignored, batching::event& e,
                                         v3_note& n, batching::events& out);
  [[nodiscard]] std::string read_time(decode::json_value v, batching::event& e, v3_note& n) const;
  [[nodiscard]] std::string read_headers(decode::json_value list, batching::events& out);
  [[nodiscard]] std::string read_header(decode::json_value h, batching::events& out);

  const decode::decode_options* how_ = nullptr;
  std::vector<batching::header> headers_;  // of the record at hand
};

}  // namespace gateway::api::rest_proxy
