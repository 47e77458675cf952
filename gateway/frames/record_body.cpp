#include "gateway/frames/record_body.h"

#include <string>
#include <utility>
#include <vector>

#include "batching/batch.h"

namespace gateway::frames {
namespace {

/// A text that outlives `one_`: within the value it does already.
std::string_view outlive(std::string_view text, std::string_view value, batching::events& keeper) {
  const bool within = text.data() >= value.data() && text.data() + text.size() <= value.data() + value.size();
  return text.empty() || within ? text : keeper.keep(std::string(text));
}

void check_timestamps(batching::events& list, const decode::timestamp_bounds& bounds) {
  for (std::size_t i = 0; i < list.size(); ++i) {
    batching::event& e = list[i];
    if (e.timestamp_ms == batching::no_timestamp || bounds.take(e.timestamp_ms)) continue;
    e.invalid = batching::reason::invalid_timestamp;
    e.detail = decode::timestamp_not_taken;
  }
}

ingress::errc code_of(const violation& v) noexcept {
  return v.code == error_code::limit_exceeded ? ingress::errc::too_many_headers : ingress::errc::malformed_records;
}

}  // namespace

std::optional<ingress::refusal> record_body::read(std::string_view plain, const decode::decode_options& how,
                                                  batching::events& out) {
  if (fault wrong = records_.read(plain, expected_, out))
    return ingress::refusal{code_of(*wrong), std::move(wrong->text)};
  if (records_.headers() > 0 && !fits_budget(out))
    return ingress::refusal{ingress::errc::too_many_headers,
                            "the frame's headers take more than the in-flight budget ever gives one frame: send fewer"};
  if (records_.has_timestamps()) check_timestamps(out, how.bounds);
  const bool has_envelope = how.rules != nullptr && how.rules->envelope;
  if (!json_ && !has_envelope) return {};
  for (std::size_t i = 0; i < out.size(); ++i) look_into(out, out[i], how);
  return {};
}

// A topic's share holds every frame that WELCOME allows, but for its headers.
bool record_body::fits_budget(const batching::events& list) const noexcept {
  std::int64_t cost = 0;
  for (const batching::event& e : list) cost += batching::batch::cost_of(e);
  return cost <= door_->on().budget().share_bytes();
}

// The value stays as it was sent, white space included; only the key and what is wrong are taken over.
void record_body::look_into(batching::events& list, batching::event& e, const decode::decode_options& how) {
  const bool has_rules = how.rules != nullptr || how.router != nullptr;
  if (how.router != nullptr) e.destination = batching::no_destination;  // until its type is found
  if (e.value.empty()) {
    if (how.router != nullptr) e.invalid = batching::reason::missing_event_type;
    return;
  }
  if (e.has_key && !how.validate && !has_rules) return;
  const std::size_t first = e.value.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos || e.value[first] != '{') {
    if (!how.validate && !has_rules) return;
    e.invalid = batching::reason::invalid_json;
    e.detail = "expected an object: with the json option every value is one JSON object";
    return;
  }
  if (!door_->decoder().json(e.value, how, one_) || one_.size() != 1) {
    e.invalid = batching::reason::invalid_json;
    return;
  }
  const batching::event& found = one_[0];
  e.destination = found.destination;
  if (!found.headers.empty()) take_headers(list, e, found);
  if (e.timestamp_ms == batching::no_timestamp) e.timestamp_ms = found.timestamp_ms;
  if (!e.has_key && found.has_key) {
    e.has_key = true;
    e.key = outlive(found.key, e.value, list);
  }
  const bool key_was_given = found.invalid == batching::reason::invalid_key && e.has_key;
  if (found.invalid == batching::reason::none || key_was_given) return;
  if (e.invalid != batching::reason::none) return;
  e.invalid = found.invalid;
  e.detail = outlive(found.detail, {}, list);
}

// Its headers' texts may be kept by `one_`, which the next record empties.
void record_body::take_headers(batching::events& list, batching::event& e, const batching::event& found) {
  std::vector<batching::header> kept;
  for (const batching::header& h : found.headers) kept.push_back({h.name, outlive(h.value, e.value, list)});
  e.headers = list.keep(e.headers, kept);
}

}  // namespace gateway::frames
