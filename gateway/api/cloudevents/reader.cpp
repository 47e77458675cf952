#include "gateway/api/cloudevents/reader.h"

#include <algorithm>
#include <utility>

#include "gateway/api/media.h"
#include "gateway/decode/base64.h"
#include "gateway/decode/event_rules.h"
#include "gateway/http1/chars.h"
#include "gateway/http1/field_lines.h"

namespace gateway::api::cloudevents {
namespace {

using decode::json_members;
using decode::json_value;
using payload = incoming::payload;

std::string lower_case(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), http1::lower);
  return lower;
}

std::string fault(json_value name, std::string_view what) {
  return "attribute " + std::string(name.text.substr(0, 66)) + " " + std::string(what);
}

}  // namespace

std::optional<mode> mode_of(const http1::request_head& head) noexcept {
  const std::string_view type = head[http1::field::content_type];
  if (body_kind_of(type) != body_kind::cloud_event) return mode::binary;
  const std::string_view essence = http1::trimmed(type.substr(0, type.find(';')));
  if (http1::equals_ignoring_case(essence, "application/cloudevents+json")) return mode::structured;
  if (http1::equals_ignoring_case(essence, "application/cloudevents-batch+json")) return mode::batch;
  return std::nullopt;
}

void reader::begin(mode m, const http1::request_head& head, const config::topic_settings& rules) {
  mode_ = m;
  head_ = &head;
  rules_ = &rules;
  writer_.begin(rules);
}

std::optional<ingress::refusal> reader::read(std::string_view plain, const decode::decode_options& how,
                                             batching::events& out) {
  auto wrong = mode_ == mode::binary ? read_binary(plain, how, out) : read_json(plain, how, out);
  if (!wrong) writer_.end(out);
  return wrong;
}

std::optional<ingress::refusal> reader::read_binary(std::string_view plain, const decode::decode_options& how,
                                                    batching::events& out) {
  out.clear();
  out.add();
  now_.context.clear();
  is_payload_ = false;
  now_.envelope = {};
  now_.data = plain;
  now_.data_is = plain.empty() ? payload::none : payload::bytes;
  std::string wrong = take_fields(out);
  if (wrong.empty() && !plain.empty() && is_json_type(now_.context.find("datacontenttype"))) {
    decode::decode_options whole = how;
    whole.keys = nullptr;
    whole.rules = nullptr;
    const bool read = static_cast<bool>(decoder_->document(plain, whole, keys_));
    is_payload_ = !read || keys_[0].invalid != batching::reason::none;
    if (is_payload_)
      wrong = "the data is not the JSON that Content-Type says" + (read ? ": " + std::string(keys_[0].detail) : "");
    now_.data_is = payload::json;
  }
  finish(std::move(wrong), how, out);
  return {};
}

std::string reader::take_fields(batching::events& out) {
  std::string wrong;
  http1::for_each_field(*head_, [&](const http1::field_line& f) {
    const bool is_ours = f.name.size() > 3 && http1::equals_ignoring_case(f.name.substr(0, 3), "ce-");
    if (!wrong.empty() || !is_ours) return;
    auto value = from_field(f.value);
    const std::string_view name = out.keep(lower_case(f.name.substr(3)));
    if (!value)
      wrong =
          "the field ce-" + std::string(name.substr(0, 64)) + " is not UTF-8 once it is unquoted and percent-decoded";
    else if (name == "datacontenttype")
      wrong = "the type of the data is Content-Type: there is no field ce-datacontenttype";
    else
      wrong = now_.context.add({name, out.keep(std::move(*value))});
  });
  if (wrong.empty() && head_->has(http1::field::content_type))
    wrong = now_.context.add({"datacontenttype", head_->values[static_cast<std::size_t>(http1::field::content_type)]});
  return wrong;
}

std::optional<ingress::refusal> reader::read_json(std::string_view plain, const decode::decode_options& how,
                                                  batching::events& out) {
  using ingress::errc;
  decode::decode_options whole = how;
  whole.keys = nullptr;
  whole.rules = nullptr;
  whole.validate = true;
  if (!decoder_->document(plain, whole, out))
    return ingress::refusal{errc::no_events, "the body is empty: send a CloudEvent"};
  if (out[0].invalid != batching::reason::none)
    return ingress::refusal{errc::invalid_json, "the body is not JSON: " + std::string(out[0].detail)};
  std::string_view text = out[0].value;
  const json_value root = decode::take_value(text);
  out.clear();
  if (mode_ == mode::structured) {
    read_envelope(root, how, out);
    return {};
  }
  if (!root.is_array()) return ingress::refusal{errc::invalid_json, "a batch of CloudEvents is a JSON array"};
  for (decode::json_elements e(root); e.next();) {
    if (out.size() == how.events_max)
      return ingress::refusal{errc::too_many_events, "more events than limits.events_per_request_max"};
    read_envelope(e.value(), how, out);
  }
  if (out.size() == 0) return ingress::refusal{errc::no_events, "the batch is empty: there is nothing to store"};
  return {};
}

void reader::read_envelope(json_value envelope, const decode::decode_options& how, batching::events& out) {
  out.add();
  now_.context.clear();
  is_payload_ = false;
  now_.data = {};
  now_.data_is = payload::none;
  now_.envelope = envelope.text;
  finish(envelope.is_object() ? take_members(envelope, out) : "a CloudEvent is a JSON object", how, out);
}

std::string reader::take_members(json_value envelope, batching::events& out) {
  data_ = data_base64_ = {};
  for (json_members m(envelope); m.next();)
    if (std::string wrong = take_member(m, out); !wrong.empty()) {
      is_payload_ = m.is("data") || m.is("data_base64");
      return wrong;
    }
  std::string wrong = take_data(out);
  is_payload_ = !wrong.empty();
  return wrong;
}

std::string reader::take_member(const json_members& m, batching::events& out) {
  const json_value v = m.value();
  if (m.is("data")) {
    if (!data_.text.empty()) return "data stands twice";
    data_ = v;
  } else if (m.is("data_base64")) {
    if (!data_base64_.text.empty()) return "data_base64 stands twice";
    data_base64_ = v;
  } else if (v.is_null()) {
    return {};  // as if it were not there
  } else if (v.is_object() || v.is_array()) {
    return fault(m.name(), "is an object or array: an attribute is a string, a whole number, true or false");
  } else if (v.is_number()) {
    const auto n = v.integer();
    if (!n || *n < INT32_MIN || *n > INT32_MAX) return fault(m.name(), "is no whole number of 32 bits");
    return now_.context.add({m.name().inside(), v.text, attribute::kind::number});
  } else if (!v.is_string()) {
    return now_.context.add({m.name().inside(), v.text, attribute::kind::truth});
  } else {
    auto text = v.string();
    if (!text) return fault(m.name(), "has half of a surrogate pair");
    return now_.context.add({m.name().inside(), v.is_plain() ? v.inside() : out.keep(std::move(*text))});
  }
  return {};
}

// data under JSON, or without a type, is its JSON text; a string under another type is its text.
std::string reader::take_data(batching::events& out) {
  const bool has_bytes = !data_base64_.text.empty() && !data_base64_.is_null();
  if (!data_.text.empty() && has_bytes) return "data and data_base64 exclude each other";
  if (has_bytes) {
    auto text = data_base64_.is_string() ? data_base64_.string() : std::nullopt;
    auto bytes = text ? decode::from_base64(*text) : std::nullopt;
    if (!bytes) return "data_base64 is no base64 text";
    now_.data = out.keep(std::move(*bytes));
    now_.data_is = payload::bytes;
    return {};
  }
  if (data_.text.empty()) return {};
  const std::string_view type = now_.context.find("datacontenttype");
  now_.data = data_.text;
  now_.data_is = payload::json;
  if (!data_.is_string() || type.data() == nullptr || is_json_type(type)) return {};
  auto text = data_.string();
  if (!text) return "data has half of a surrogate pair, which no text can hold";
  now_.data = data_.is_plain() ? data_.inside() : out.keep(std::move(*text));
  now_.data_is = payload::bytes;
  return {};
}

void reader::finish(std::string wrong, const decode::decode_options& how, batching::events& out) {
  batching::event& e = out[out.size() - 1];
  if (wrong.empty()) wrong = now_.context.check();
  if (!wrong.empty()) {
    const batching::reason of_attribute = now_.context.why();
    e.invalid = is_payload_                              ? batching::reason::invalid_payload
                : of_attribute != batching::reason::none ? of_attribute
                                                         : batching::reason::invalid_header;
    e.detail = out.keep(std::move(wrong));
    return;
  }
  if (rules_->mode == config::topic_mode::store && !fits_store()) {
    e.invalid = batching::reason::invalid_event_id;
    e.detail = "source and id name the event on this topic: together they may have at most 255 bytes";
    return;
  }
  writer_.write(now_, e, out);
  if (how.rules != nullptr && now_.data_is == payload::json)
    decode::apply_timestamp(*how.rules, decode::event_fields(nullptr, now_.data, true), how.bounds, e, out);
  if (e.invalid == batching::reason::none) find_key(how, e, out);
}

bool reader::fits_store() const noexcept {
  return now_.context.find("source").size() + now_.context.find("id").size() <= store_id_bytes_max;
}

void reader::find_key(const decode::decode_options& how, batching::event& e, batching::events& out) {
  for (const std::string& from : rules_->cloudevents_key) {
    if (from == "data") {
      if (key_from_data(how, e, out)) return;
      continue;
    }
    const std::string_view value = now_.context.find(from);
    if (value.data() == nullptr) continue;
    e.key = value;
    e.has_key = true;
    return;
  }
}

bool reader::key_from_data(const decode::decode_options& how, batching::event& e, batching::events& out) {
  decode::decode_options key_alone = how;
  key_alone.rules = nullptr;
  if (now_.data_is != payload::json || !decoder_->document(now_.data, key_alone, keys_)) return false;
  if (keys_[0].invalid != batching::reason::none) {
    e.invalid = keys_[0].invalid;
    e.detail = out.keep(std::string(keys_[0].detail));
    return true;
  }
  if (!keys_[0].has_key) return false;
  e.key = out.keep(std::string(keys_[0].key));
  e.has_key = true;
  return true;
}

}  // namespace gateway::api::cloudevents
