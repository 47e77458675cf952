// Turns a plain body into events: the half of a dialect that reads. JSON, NDJSON and opaque bodies are here; a protocol
// with a form of its own (a record block) brings its reader. One of each a lane.
#pragma once

#include <optional>
#include <string_view>

#include "batching/event.h"
#include "gateway/decode/decoder.h"
#include "gateway/ingress/refusal.h"

namespace gateway::ingress {

class body_reader {
 public:
  /// Fills `out` (emptied first) with views into `plain`, behind which decoder::padding_bytes are readable. Beside a
  /// refusal nothing of `out` is used.
  [[nodiscard]] virtual std::optional<refusal> read(std::string_view plain, const decode::decode_options& how,
                                                    batching::events& out) = 0;

 protected:
  ~body_reader() = default;
};

class json_body final : public body_reader {
 public:
  explicit json_body(decode::decoder& with) noexcept : decoder_(&with) {}
  std::optional<refusal> read(std::string_view plain, const decode::decode_options& how,
                              batching::events& out) override;

 private:
  decode::decoder* decoder_;
};

class ndjson_body final : public body_reader {
 public:
  explicit ndjson_body(decode::decoder& with) noexcept : decoder_(&with) {}
  std::optional<refusal> read(std::string_view plain, const decode::decode_options& how,
                              batching::events& out) override;

 private:
  decode::decoder* decoder_;
};

/// One JSON document is one event, an array too.
class document_body final : public body_reader {
 public:
  explicit document_body(decode::decoder& with) noexcept : decoder_(&with) {}
  std::optional<refusal> read(std::string_view plain, const decode::decode_options& how,
                              batching::events& out) override;

 private:
  decode::decoder* decoder_;
};

/// The body is one event, without a key.
class opaque_body final : public body_reader {
 public:
  explicit opaque_body(decode::decoder& with) noexcept : decoder_(&with) {}
  std::optional<refusal> read(std::string_view plain, const decode::decode_options& how,
                              batching::events& out) override;

 private:
  decode::decoder* decoder_;
};

/// No body, one event: it deletes what stands under the request's key.
class tombstone_body final : public body_reader {
 public:
  std::optional<refusal> read(std::string_view, const decode::decode_options&, batching::events& out) override;
};

}  // namespace gateway::ingress
