// Reads a request's body as CloudEvents, in the content mode that its head says: the half of the dialect that reads.
// One event that is not valid is rejected by itself and says which attribute; its neighbours of a batch stand.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/api/cloudevents/record_writer.h"
#include "gateway/decode/decoder.h"
#include "gateway/decode/json_cursor.h"
#include "gateway/http1/request.h"
#include "gateway/ingress/body_reader.h"

namespace gateway::api::cloudevents {

enum class mode : std::uint8_t { binary, structured, batch };

/// nullopt: a form of CloudEvents that is not JSON.
[[nodiscard]] std::optional<mode> mode_of(const http1::request_head& head) noexcept;

class reader final : public ingress::body_reader {
 public:
  static constexpr std::size_t store_id_bytes_max = 255;  // of source and id, which the store keeps as one

  explicit reader(decode::decoder& with) noexcept : decoder_(&with) {}

  /// Before each read(), in the same handler. With mode::binary the attributes are those of `head`.
  void begin(mode m, const http1::request_head& head, const config::topic_settings& rules);
  std::optional<ingress::refusal> read(std::string_view plain, const decode::decode_options& how,
                                       batching::events& out) override;

 private:
  std::optional<ingress::refusal> read_binary(std::string_view plain, const decode::decode_options& how,
                                              batching::events& out);
  std::optional<ingress::refusal> read_json(std::string_view plain, const decode::decode_options& how,
                                            batching::events& out);
  void read_envelope(decode::json_value envelope, const decode::decode_options& how, batching::events& out);
  [[nodiscard]] std::string take_fields(batching::events& out);
  [[nodiscard]] std::string take_members(decode::json_value envelope, batching::events& out);
  [[nodiscard]] std::string take_member(const decode::json_members& m, batching::events& out);
  [[nodiscard]] std::string take_data(batching::events& out);
  void finish(std::string wrong, const decode::decode_options& how, batching::events& out);
  [[nodiscard]] bool fits_store() const noexcept;
  void find_key(const decode::decode_options& how, batching::event& e, batching::events& out);
  bool key_from_data(const decode::decode_options& how, batching::event& e, batching::events& out);

  decode::decoder* decoder_;
  mode mode_ = mode::binary;
  const http1::request_head* head_ = nullptr;
  const config::topic_settings* rules_ = nullptr;
  record_writer writer_;
  incoming now_;
  decode::json_value data_, data_base64_;
  bool is_payload_ = false;  // what is wrong is the data
  batching::events keys_;    // what the decoder says of data that is looked into for its key
};

}  // namespace gateway::api::cloudevents
