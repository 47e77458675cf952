// Reads bodies of version 3 into events: records one behind the other, or the entries of a batch. The half of the
// dialect that reads; one of each a lane, called by the door.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/api/rest_proxy/fault.h"
#include "gateway/api/rest_proxy/v3_record.h"
#include "gateway/decode/decoder.h"
#include "gateway/ingress/body_reader.h"

namespace gateway::api::rest_proxy {

class v3_body_reader : public ingress::body_reader {
 public:
  /// By event, of the last read().
  [[nodiscard]] std::vector<v3_note>& notes() noexcept { return notes_; }
  /// Behind a refusal errc::invalid_json: what is wrong, in the dialect's words.
  [[nodiscard]] const fault& why() const noexcept { return why_; }

 protected:
  explicit v3_body_reader(decode::decoder& with) noexcept : decoder_(&with) {}
  ~v3_body_reader() = default;

  decode::decoder* decoder_;
  v3_record_reader record_;
  std::vector<v3_note> notes_;
  fault why_;
};

class v3_documents final : public v3_body_reader {
 public:
  explicit v3_documents(decode::decoder& with) noexcept : v3_body_reader(with) {}
  /// Before read(), where it may not come to it.
  void begin() noexcept {
    notes_.clear();
    broken_.clear();
  }
  /// Reading stops at the first document that is no JSON: broken() says so, and what stood before it is taken.
  /// A refusal errc::invalid_json: none did.
  std::optional<ingress::refusal> read(std::string_view plain, const decode::decode_options& how,
                                       batching::events& out) override;
  /// Why reading stopped; empty: it did not.
  [[nodiscard]] const std::string& broken() const noexcept { return broken_; }

 private:
  [[nodiscard]] bool read_one(std::string_view document, const decode::decode_options& how, batching::events& out);

  std::string broken_;
  batching::events checked_;
};

class v3_batch_reader final : public v3_body_reader {
 public:
  static constexpr std::size_t entries_max = 10;
  static constexpr std::size_t id_bytes_max = 80;

  explicit v3_batch_reader(decode::decoder& with) noexcept : v3_body_reader(with) {}
  std::optional<ingress::refusal> read(std::string_view plain, const decode::decode_options& how,
                                       batching::events& out) override;
  [[nodiscard]] std::vector<std::string>& ids() noexcept { return ids_; }

 private:
  bool read_request(decode::json_value request, batching::events& out);
  bool read_entry(decode::json_value entry, batching::events& out);
  bool wrong(int status, int code, std::string_view message);

  std::vector<std::string> ids_;
};

}  // namespace gateway::api::rest_proxy
