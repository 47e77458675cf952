#include "gateway/api/rest_proxy/v2_reader.h"

#include <string>
#include <utility>

#include "gateway/api/value_rules.h"
#include "gateway/decode/base64.h"

namespace gateway::api::rest_proxy {
namespace {

using decode::json_members;
using decode::json_value;

// Of Avro and its like, which need a schema registry: null is allowed, a value is not.
bool is_schema_member(const json_members& m) noexcept {
  return m.is("key_schema") || m.is("key_schema_id") || m.is("value_schema") || m.is("value_schema_id");
}

std::string quoted(json_value name) { return std::string(name.text.substr(0, 80)); }

}  // namespace

void v2_reader::begin(v2_format format, config::rest_key_form keys, std::optional<std::int32_t> partition) noexcept {
  format_ = format;
  keys_ = keys;
  partition_ = partition;
}

bool v2_reader::wrong(int status, std::string_view message) {
  why_ = {status, status, std::string(message)};
  return false;
}

bool v2_reader::wrong_record(std::size_t index, std::string_view message, int status) {
  return wrong(status, "records[" + std::to_string(index) + "]: " + std::string(message) + "; nothing was written");
}

std::optional<ingress::refusal> v2_reader::read(std::string_view plain, const decode::decode_options& how,
                                                batching::events& out) {
  decode::decode_options whole = how;
  whole.keys = nullptr;
  whole.rules = nullptr;
  whole.validate = true;
  const auto document = decoder_->document(plain, whole, out);
  bool good = false;
  if (!document) {
    wrong(400, "the body is empty: send {\"records\":[..]}");
  } else if (out[0].invalid != batching::reason::none) {
    wrong(400, "the body is not JSON: " + std::string(out[0].detail));
  } else {
    json_value request{out[0].value};
    out.clear();
    good = read_request(decode::take_value(request.text), how.events_max, out);
    for (std::size_t i = 0; good && how.rules != nullptr && i < out.size(); ++i)
      apply_rules(how, format_ == v2_format::json, out[i], out);
  }
  if (good) return {};
  return ingress::refusal{ingress::errc::invalid_json, why_.message};
}

bool v2_reader::read_request(json_value request, std::uint32_t events_max, batching::events& out) {
  if (!request.is_object()) return wrong(422, "the body must be an object: {\"records\":[..]}");
  json_value records;
  for (json_members m(request); m.next();) {
    if (m.is("records")) {
      if (!decode::take_once(m, records)) return wrong(422, "records stands twice");
    } else if (is_schema_member(m) && !m.value().is_null()) {
      return wrong(422, "there is no schema registry here: send the formats json or binary, without schemas");
    } else if (!is_schema_member(m)) {
      return wrong(422, "unknown member " + quoted(m.name()) + " beside records");
    }
  }
  if (!records.is_array()) return wrong(422, "records must be an array of at least one record");
  return read_records(records, events_max, out);
}

bool v2_reader::read_records(json_value list, std::uint32_t events_max, batching::events& out) {
  for (decode::json_elements r(list); r.next();) {
    if (out.size() == events_max) return wrong(413, "more records than limits.events_per_request_max");
    if (!read_record(r.value(), out)) return false;
  }
  if (out.size() == 0) return wrong(422, "records must be an array of at least one record");
  return true;
}

bool v2_reader::read_record(json_value record, batching::events& out) {
  const std::size_t index = out.size();
  if (!record.is_object())
    return wrong_record(index, "a record is an object with value, and key and partition if wanted");
  batching::event& e = out.add();
  json_value key, value, partition;
  for (json_members m(record); m.next();) {
    json_value* const to = m.is("key") ? &key : m.is("value") ? &value : m.is("partition") ? &partition : nullptr;
    if (to == nullptr) return wrong_record(index, "unknown member " + quoted(m.name()));
    if (!decode::take_once(m, *to)) return wrong_record(index, quoted(m.name()) + " stands twice");
  }
  if (!partition.text.empty() && !read_partition(partition, e)) return wrong_record(index, why_.message, why_.status);
  if (partition_) e.partition = *partition_;
  e.may_be_empty = true;
  e.is_tombstone = value.text.empty() || value.is_null();
  if (!e.is_tombstone && !read_bytes(value, "value", e.value, out))
    return wrong_record(index, why_.message, why_.status);
  e.has_key = !key.text.empty() && !key.is_null();
  if (e.has_key && !read_key(key, e, out)) return wrong_record(index, why_.message, why_.status);
  return true;
}

bool v2_reader::read_partition(json_value v, batching::event& e) {
  if (v.is_null()) return true;
  if (partition_) return wrong(422, "the path names the partition: leave it out here");
  const auto n = v.is_number() ? v.integer() : std::nullopt;
  if (!n || *n < 0 || *n > INT32_MAX) return wrong(422, "partition must be a number from 0 on, or null");
  e.partition = static_cast<std::int32_t>(*n);
  return true;
}

bool v2_reader::read_bytes(json_value v, std::string_view what, std::string_view& to, batching::events& out) {
  if (format_ == v2_format::json) {
    to = v.text;
    return true;
  }
  auto text = v.is_string() ? v.string() : std::nullopt;
  auto bytes = text ? decode::from_base64(*text) : std::nullopt;
  if (!bytes) return wrong(400, std::string(what) + " must be base64 text in the format binary");
  to = out.keep(std::move(*bytes));
  return true;
}

bool v2_reader::read_key(json_value v, batching::event& e, batching::events& out) {
  const bool as_text = keys_ == config::rest_key_form::text && format_ == v2_format::json && v.is_string();
  if (!as_text) return read_bytes(v, "key", e.key, out);
  if (v.is_plain()) {
    e.key = v.inside();
    return true;
  }
  auto text = v.string();
  if (!text) return wrong(422, "the key has half of a surrogate pair, which no text can hold");
  e.key = out.keep(std::move(*text));
  return true;
}

}  // namespace gateway::api::rest_proxy
