// Reads {"records":[{"key":..,"value":..,"partition":..}]} of the REST Proxy's version 2 into events: the half of the
// dialect that reads. Values and keys of format json are the bytes that were sent, not a new rendering of them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "gateway/api/rest_proxy/fault.h"
#include "gateway/config/settings.h"
#include "gateway/decode/decoder.h"
#include "gateway/decode/json_cursor.h"
#include "gateway/ingress/body_reader.h"

namespace gateway::api::rest_proxy {

enum class v2_format : std::uint8_t { json, binary };

class v2_reader final : public ingress::body_reader {
 public:
  explicit v2_reader(decode::decoder& with) noexcept : decoder_(&with) {}

  /// Before each read(). `partition`: of the path; no record may then name one.
  void begin(v2_format format, config::rest_key_form keys, std::optional<std::int32_t> partition) noexcept;
  std::optional<ingress::refusal> read(std::string_view plain, const decode::decode_options& how,
                                       batching::events& out) override;
  /// Why read() refused, in the dialect's words.
  [[nodiscard]] const fault& why() const noexcept { return why_; }

 private:
  bool read_request(decode::json_value request, std::uint32_t events_max, batching::events& out);
  bool read_records(decode::json_value list, std::uint32_t events_max, batching::events& out);
  bool read_record(decode::json_value record, batching::events& out);
  bool read_partition(decode::json_value v, batching::event& e);
  bool read_bytes(decode::json_value v, std::string_view what, std::string_view& to, batching::events& out);
  bool read_key(decode::json_value v, batching::event& e, batching::events& out);
  bool wrong(int status, std::string_view message);
  bool wrong_record(std::size_t index, std::string_view message, int status = 422);

  decode::decoder* decoder_;
  v2_format format_ = v2_format::json;
  config::rest_key_form keys_ = config::rest_key_form::json;
  std::optional<std::int32_t> partition_;
  fault why_;
};

}  // namespace gateway::api::rest_proxy
