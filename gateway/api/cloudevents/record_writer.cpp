#include "gateway/api/cloudevents/record_writer.h"

#include <utility>

#include "gateway/decode/base64.h"
#include "gateway/http1/json_text.h"

namespace gateway::api::cloudevents {
namespace {

constexpr std::string_view envelope_type = "application/cloudevents+json; charset=UTF-8";
constexpr std::string_view json_type = "application/json";

// The record's content-type: data of a JSON envelope without a type is JSON, other data without one has none.
std::string_view type_of(const incoming& from) noexcept {
  if (const std::string_view given = from.context.find("datacontenttype"); given.data() != nullptr) return given;
  return from.data_is == incoming::payload::json ? json_type : std::string_view{};
}

std::string_view header_name(std::string_view attribute, batching::events& list) {
  static constexpr std::string_view usual[] = {"ce_specversion", "ce_id",        "ce_source",     "ce_type",
                                               "ce_subject",     "ce_time",      "ce_dataschema", "ce_partitionkey",
                                               "ce_traceparent", "ce_tracestate"};
  for (const std::string_view name : usual)
    if (name.substr(3) == attribute) return name;
  return list.keep("ce_" + std::string(attribute));
}

void append_attribute(std::string& to, const attribute& a) {
  to += to.size() > 1 ? ",\"" : "\"";
  to += a.name;
  to += "\":";
  if (a.is == attribute::kind::text)
    http1::append_json_string(to, a.value);
  else
    to += a.value;
}

void append_data(std::string& to, const incoming& from, std::string_view type) {
  if (from.data_is == incoming::payload::none) return;
  if (from.data_is == incoming::payload::json) {
    to += ",\"data\":";
    to += from.data;
  } else if (is_text_type(type) && http1::is_utf8(from.data)) {
    to += ",\"data\":";
    http1::append_json_string(to, from.data);
  } else {
    to += ",\"data_base64\":\"";
    decode::append_base64(to, from.data);
    to += '"';
  }
}

}  // namespace

void record_writer::begin(const config::topic_settings& of) noexcept {
  topic_ = &of;
  headers_.clear();
  parts_.clear();
}

void record_writer::write(const incoming& from, batching::event& e, batching::events& list) {
  parts_.resize(list.size());
  parts_.back().first = headers_.size();
  e.may_be_empty = true;  // an event without data is an empty value: null would delete what stands under its key
  if (topic_->cloudevents == config::cloudevents_form::binary)
    write_binary(from, e, list);
  else
    write_structured(from, e, list);
  add_event_headers(from.context, list);
  parts_.back().count = headers_.size() - parts_.back().first;
}

// On a store topic the header is what a retry is recognised by: source and id together name an event.
void record_writer::add_event_headers(const attributes& of, batching::events& list) {
  const bool is_store = topic_->mode == config::topic_mode::store;
  if (topic_->event_headers) headers_.push_back({"event-type", of.find("type")});
  if (is_store)
    headers_.push_back({"event-id", list.keep(std::string(of.find("source")) + ' ' + std::string(of.find("id")))});
  else if (topic_->event_headers)
    headers_.push_back({"event-id", of.find("id")});
}

void record_writer::write_binary(const incoming& from, batching::event& e, batching::events& list) {
  for (const attribute& a : from.context.all())
    if (a.name != "datacontenttype") headers_.push_back({header_name(a.name, list), a.value});
  if (const std::string_view type = type_of(from); type.data() != nullptr) headers_.push_back({"content-type", type});
  e.value = from.data;
}

void record_writer::write_structured(const incoming& from, batching::event& e, batching::events& list) {
  headers_.push_back({"content-type", envelope_type});
  if (!from.envelope.empty()) {
    e.value = from.envelope;
    return;
  }
  std::string text = "{";
  for (const attribute& a : from.context.all()) append_attribute(text, a);
  append_data(text, from, type_of(from));
  text += '}';
  e.value = list.keep(std::move(text));
}

void record_writer::end(batching::events& list) {
  parts_.resize(list.size());
  for (std::size_t i = 0; i < list.size(); ++i)
    if (parts_[i].count > 0) list[i].headers = {headers_.data() + parts_[i].first, parts_[i].count};
}

}  // namespace gateway::api::cloudevents
