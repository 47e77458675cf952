#include "gateway/api/rest_proxy/v3_record.h"

#include <limits>
#include <optional>
#include <utility>

#include "gateway/api/value_rules.h"
#include "gateway/decode/base64.h"
#include "gateway/decode/event_rules.h"
#include "gateway/decode/rfc3339.h"

namespace gateway::api::rest_proxy {
namespace {

using decode::json_members;
using decode::json_value;

constexpr std::size_t name_bytes_shown = 80;

bool is_nothing(json_value v) noexcept { return v.text.empty() || v.is_null(); }

std::optional<v3_type> type_of(json_value v) noexcept {
  if (!v.is_string()) return std::nullopt;
  for (const v3_type t : {v3_type::binary, v3_type::json, v3_type::string})
    if (v.inside() == name_of(t)) return t;
  return std::nullopt;
}

std::string twice(const json_members& m) { return std::string(m.name().inside()) + " stands twice"; }

std::string unknown_member(const json_members& m) {
  return "unknown member " + std::string(m.name().text.substr(0, name_bytes_shown));
}

struct content {
  v3_type type = v3_type::absent;
  bool is_null = true;
  std::string_view bytes;
};

// JSON data is the bytes that were sent.
std::string read_data(const std::string& what, json_value data, content& to, batching::events& out) {
  to.is_null = is_nothing(data);
  if (to.is_null) return {};
  if (to.type == v3_type::json) {
    to.bytes = data.text;
    return {};
  }
  auto text = data.is_string() ? data.string() : std::nullopt;
  if (!text) return what + ".data must be text";
  if (to.type == v3_type::string) {
    to.bytes = data.is_plain() ? data.inside() : out.keep(std::move(*text));
    return {};
  }
  auto bytes = decode::from_base64(*text);
  if (!bytes) return what + ".data is no base64 text";
  to.bytes = out.keep(std::move(*bytes));
  return {};
}

// {"type":"BINARY|JSON|STRING","data":..}
std::string read_content(const std::string& what, json_value v, content& to, batching::events& out) {
  if (is_nothing(v)) return {};
  if (!v.is_object()) return what + R"( must be {"type":"BINARY|JSON|STRING","data":..})";
  json_value data, type;
  for (json_members m(v); m.next();) {
    json_value* const member = m.is("type") ? &type : m.is("data") ? &data : nullptr;
    if (member == nullptr) return what + ": " + unknown_member(m);
    if (!decode::take_once(m, *member)) return what + "." + twice(m);
  }
  if (type.text.empty()) return what + ".type is missing: BINARY, JSON or STRING";
  const auto named = type_of(type);
  if (!named) return what + ".type must be BINARY, JSON or STRING: there is no schema registry here";
  to.type = *named;
  return read_data(what, data, to, out);
}

// Of a record; without text: it is not there.
struct members {
  json_value key, value, headers, partition, timestamp;
};

std::string find(json_value record, std::string_view ignored, members& found) {
  for (json_members m(record); m.next();) {
    json_value* const to = m.is("key")            ? &found.key
                           : m.is("value")        ? &found.value
                           : m.is("headers")      ? &found.headers
                           : m.is("partition_id") ? &found.partition
                           : m.is("timestamp")    ? &found.timestamp
                                                  : nullptr;
    if (to != nullptr && !decode::take_once(m, *to)) return twice(m);
    const bool means_nothing = m.is("original_size") || (!ignored.empty() && m.is(ignored));  // the original writes it
    if (to == nullptr && !means_nothing) return unknown_member(m);
  }
  return {};
}

std::string read_partition(json_value v, batching::event& e) {
  if (is_nothing(v)) return {};
  const auto p = v.is_number() ? v.integer() : std::nullopt;
  if (!p || *p < 0 || *p > std::numeric_limits<std::int32_t>::max())
    return "partition_id must be a number from 0 on, or null";
  e.partition = static_cast<std::int32_t>(*p);
  return {};
}

}  // namespace

std::string_view name_of(v3_type t) noexcept {
  switch (t) {
    case v3_type::binary: return "BINARY";
    case v3_type::json: return "JSON";
    case v3_type::string: return "STRING";
    case v3_type::absent: break;
  }
  return {};
}

v3_note v3_record_reader::read(json_value record, std::string_view ignored, batching::events& out) {
  v3_note n;
  n.timestamp_ms = how_->bounds.now_ms;
  batching::event& e = out.add();
  e.may_be_empty = true;
  headers_.clear();
  std::string wrong = record.is_object() ? read_members(record, ignored, e, n, out) : "a record is a JSON object";
  if (wrong.empty()) {
    if (!headers_.empty()) e.headers = out.keep(headers_, {});
    apply_rules(*how_, n.value == v3_type::json, e, out);
    if (e.timestamp_ms != batching::no_timestamp) n.timestamp_ms = e.timestamp_ms;
    return n;
  }
  if (e.invalid == batching::reason::none) e.invalid = batching::reason::invalid_json;
  e.detail = out.keep(std::move(wrong));
  e.timestamp_ms = batching::no_timestamp;
  return n;
}

std::string v3_record_reader::read_members(json_value record, std::string_view ignored, batching::event& e, v3_note& n,
                                           batching::events& out) {
  members found;
  if (std::string wrong = find(record, ignored, found); !wrong.empty()) return wrong;
  content key, value;
  std::string wrong = read_content("key", found.key, key, out);
  if (wrong.empty()) wrong = read_content("value", found.value, value, out);
  if (wrong.empty()) wrong = read_headers(found.headers, out);
  if (wrong.empty()) wrong = read_partition(found.partition, e);
  if (wrong.empty()) wrong = read_time(found.timestamp, e, n);
  if (!wrong.empty()) return wrong;
  e.has_key = !key.is_null;
  e.key = key.bytes;
  e.is_tombstone = value.is_null;
  e.value = value.bytes;
  n.key = key.type;
  n.value = value.type;
  n.key_bytes = static_cast<std::uint32_t>(key.bytes.size());
  n.value_bytes = static_cast<std::uint32_t>(value.bytes.size());
  return {};
}

std::string v3_record_reader::read_time(json_value v, batching::event& e, v3_note& n) const {
  if (is_nothing(v)) return {};
  const auto at = v.is_string() && v.is_plain() ? decode::parse_rfc3339_ms(v.inside()) : std::nullopt;
  const bool is_time = at && *at >= 0;
  if (!is_time || !how_->bounds.take(*at)) {
    e.invalid = batching::reason::invalid_timestamp;
    return is_time ? std::string(decode::timestamp_not_taken)
                   : "timestamp must be a time since 1970 like 2026-11-28T04:05:06.789Z";
  }
  e.timestamp_ms = n.timestamp_ms = *at;
  return {};
}

std::string v3_record_reader::read_headers(json_value list, batching::events& out) {
  if (is_nothing(list)) return {};
  if (!list.is_array()) return R"(headers must be an array of {"name":..,"value":base64 or null})";
  for (decode::json_elements h(list); h.next();)
    if (std::string wrong = read_header(h.value(), out); !wrong.empty()) return wrong;
  return {};
}

std::string v3_record_reader::read_header(json_value h, batching::events& out) {
  if (!h.is_object()) return R"(a header must be {"name":..,"value":base64 or null})";
  json_value name, value;
  for (json_members m(h); m.next();) {
    json_value* const to = m.is("name") ? &name : m.is("value") ? &value : nullptr;
    if (to == nullptr) return "headers: " + unknown_member(m);
    if (!decode::take_once(m, *to)) return "headers: " + twice(m);
  }
  if (name.text.empty()) return "a header needs a name";
  auto text = name.is_string() ? name.string() : std::nullopt;
  if (!text) return "a header's name must be text";
  batching::header made{out.keep(std::move(*text)), {}, is_nothing(value)};
  if (!made.is_null) {
    auto base64 = value.is_string() ? value.string() : std::nullopt;
    auto bytes = base64 ? decode::from_base64(*base64) : std::nullopt;
    if (!bytes) return "a header's value must be base64 text, or null";
    made.value = out.keep(std::move(*bytes));
  }
  headers_.push_back(made);
  return {};
}

}  // namespace gateway::api::rest_proxy
