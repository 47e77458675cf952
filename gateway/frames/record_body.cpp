#include "gateway/frames/record_body.h"

#include <string>
#include <utility>

namespace gateway::frames {
namespace {

/// A text that outlives `one_`: within the value it does already.
std::string_view outlive(std::string_view text, std::string_view value, batching::events& keeper) {
  const bool within = text.data() >= value.data() && text.data() + text.size() <= value.data() + value.size();
  return text.empty() || within ? text : keeper.keep(std::string(text));
}

ingress::errc code_of(const violation& v) noexcept {
  return v.code == error_code::limit_exceeded ? ingress::errc::too_many_headers : ingress::errc::malformed_records;
}

}  // namespace

std::optional<ingress::refusal> record_body::read(std::string_view plain, const decode::decode_options& how,
                                                  batching::events& out) {
  if (fault wrong = records_.read(plain, expected_, out))
    return ingress::refusal{code_of(*wrong), std::move(wrong->text)};
  if (!json_) return {};
  for (std::size_t i = 0; i < out.size(); ++i) look_into(out, out[i], how);
  return {};
}

// The value stays as it was sent, white space included; only the key and what is wrong are taken over.
void record_body::look_into(batching::events& list, batching::event& e, const decode::decode_options& how) {
  if (e.value.empty() || (e.has_key && !how.validate)) return;
  const std::size_t first = e.value.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos || e.value[first] != '{') {
    if (!how.validate) return;
    e.invalid = batching::reason::invalid_json;
    e.detail = "expected an object: with the json option every value is one JSON object";
    return;
  }
  if (!door_->decoder().json(e.value, how, one_) || one_.size() != 1) {
    e.invalid = batching::reason::invalid_json;
    return;
  }
  const batching::event& found = one_[0];
  if (!e.has_key && found.has_key) {
    e.has_key = true;
    e.key = outlive(found.key, e.value, list);
  }
  const bool key_was_given = found.invalid == batching::reason::invalid_key && e.has_key;
  if (found.invalid == batching::reason::none || key_was_given) return;
  e.invalid = found.invalid;
  e.detail = outlive(found.detail, {}, list);
}

}  // namespace gateway::frames
