// Appends the events of one body: each with its key, or with what is wrong with it and where. Shared by the NDJSON and
// the JSON reader.
#pragma once

#include <string_view>

#include "batching/event.h"
#include "gateway/decode/checker.h"
#include "gateway/decode/decoder.h"
#include "gateway/decode/key_lookup.h"
#include "gateway/decode/places.h"
#include "gateway/decode/walker.h"

namespace gateway::decode {

class event_writer {
 public:
  event_writer(std::string_view body, const decode_options& how, batching::events& out)
      : how_(&how), out_(&out), has_rules_(how.rules != nullptr || how.router != nullptr), places_(body) {}

  [[nodiscard]] const decode_options& how() const noexcept { return *how_; }
  [[nodiscard]] bool full() const noexcept { return out_->size() >= how_->events_max; }
  [[nodiscard]] body_error too_many() const;

  /// An object that `walk` has just walked.
  void walked(std::string_view value, const walker& walk) {
    batching::event& e = out_->add();
    e.value = value;
    if (has_rules_) [[unlikely]]
      return ruled(e, &walk, true);
    if (how_->keys == nullptr) return;
    if (walk.plain_names() != 0 && walk.names_are_plain() && walk.simple_key(e.key)) [[likely]] {
      e.has_key = true;
      return;
    }
    find_walked_key(e, walk);
  }
  /// Any other text; `thorough`: it is valid JSON (see look_up).
  void text(std::string_view value, bool thorough);
  void invalid(std::string_view value, const char* at, std::string_view what);
  /// `value` is not what the walker takes: says why.
  void broken(std::string_view value);

  /// "line 3, byte 17: what"
  [[nodiscard]] bool has_room_for_details() const noexcept {
    return out_->kept_bytes() < batching::events::details_bytes_max;
  }
  [[nodiscard]] std::string located(const char* at, std::string_view what);

 private:
  void find_walked_key(batching::event& e, const walker& walk);
  void set_key(batching::event& e, const key_verdict& verdict);
  void ruled(batching::event& e, const walker* walk, bool thorough);
  [[nodiscard]] event_target target_of(const event_fields& fields);

  const decode_options* how_;
  batching::events* out_;
  bool has_rules_;
  places places_;
};

}  // namespace gateway::decode
