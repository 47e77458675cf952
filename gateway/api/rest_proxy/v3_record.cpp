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

std::optional<v3_type> type_of(json_value v) noexcept {
  if (!v.is_string()) return std::nullopt;
  for (const v3_type t : {v3_type::binary, v3_type::json, v3_type::string})
    if (v.inside() == name_of(t)) return t;
  return std::nullopt;
}

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
  to.is_null = data.text.empty() || data.is_null();
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
  if (v.is_null()) return {};
  if (!v.is_object()) return what + R"( must be {"type":"BINARY|JSON|STRING","data":..})";
  json_value data;
  std::optional<v3_type> type;
  for (json_members m(v); m.next();) {
    if (m.is("type")) {
      type = type_of(m.value());
      if (!type) return what + ".type must be BINARY, JSON or STRING: there is no schema registry here";
    } else if (m.is("data")) {
      data = m.value();
    } else {
      return what + ": " + unknown_member(m);
    }
  }
  if (!type) return what + ".type is missing: BINARY, JSON or STRING";
  to.type = *type;
  return read_data(what, data, to, out);
}

std::string read_partition(json_value v, batching::event& e) {
  if (v.is_null()) return {};
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
  content key, value;
  for (json_members m(record); m.next();) {
    const json_value v = m.value();
    std::string wrong;
    if (m.is("key"))
      wrong = read_content("key", v, key, out);
    else if (m.is("value"))
      wrong = read_content("value", v, value, out);
    else if (m.is("headers"))
      wrong = read_headers(v, out);
    else if (m.is("partition_id"))
      wrong = read_partition(v, e);
    else if (m.is("timestamp"))
      wrong = read_time(v, e, n);
    else if ((ignored.empty() || !m.is(ignored)) && !m.is("original_size"))  // which the original only writes
      wrong = unknown_member(m);
    if (!wrong.empty()) return wrong;
  }
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
  if (v.is_null()) return {};
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
  if (list.is_null()) return {};
  if (!list.is_array()) return R"(headers must be an array of {"name":..,"value":base64 or null})";
  for (decode::json_elements h(list); h.next();)
    if (std::string wrong = read_header(h.value(), out); !wrong.empty()) return wrong;
  return {};
}

std::string v3_record_reader::read_header(json_value h, batching::events& out) {
  if (!h.is_object()) return R"(a header must be {"name":..,"value":base64 or null})";
  batching::header made{{}, {}, true};
  bool named = false;
  for (json_members m(h); m.next();) {
    const json_value v = m.value();
    auto text = v.is_string() ? v.string() : std::nullopt;
    if (m.is("name")) {
      if (!text) return "a header's name must be text";
      made.name = out.keep(std::move(*text));
      named = true;
    } else if (m.is("value")) {
      if (v.is_null()) continue;
      auto bytes = text ? decode::from_base64(*text) : std::nullopt;
      if (!bytes) return "a header's value must be base64 text, or null";
      made.value = out.keep(std::move(*bytes));
      made.is_null = false;
    } else {
      return "headers: " + unknown_member(m);
    }
  }
  if (!named) return "a header needs a name";
  headers_.push_back(made);
  return {};
}

}  // namespace gateway::api::rest_proxy
