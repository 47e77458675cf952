#include "gateway/api/cloudevents/attributes.h"

#include <algorithm>

#include "gateway/http1/chars.h"
#include "gateway/http1/json_text.h"

namespace gateway::api::cloudevents {
namespace {

using http1::is;

bool is_name(std::string_view name) noexcept {
  const auto legal = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return !name.empty() && name.size() <= attributes::name_bytes_max && std::ranges::all_of(name, legal);
}

// C0, DEL and C1, which no string of an attribute may hold.
bool has_control(std::string_view text) noexcept {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c < 0x20 || c == 0x7f) return true;
    if (c == 0xc2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xa0) return true;
  }
  return false;
}

// RFC 3986, as far as a mistake is likely: no spaces, none of the delimiters a URI never holds, whole percent-escapes.
bool is_uri_reference(std::string_view text) noexcept {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c <= ' ' || std::string_view("<>\"{}|\\^`").find(c) != std::string_view::npos) return false;
    if (c == '%' && (i + 2 >= text.size() || !is(text[i + 1], http1::is_hex) || !is(text[i + 2], http1::is_hex)))
      return false;
  }
  return !text.empty();
}

bool is_absolute_uri(std::string_view text) noexcept {
  const std::size_t colon = text.find(':');
  if (colon == 0 || colon == std::string_view::npos || !is_uri_reference(text)) return false;
  const auto letter = [](char c) { return http1::lower(c) >= 'a' && http1::lower(c) <= 'z'; };
  const auto legal = [&](char c) { return letter(c) || is(c, http1::is_digit) || c == '+' || c == '-' || c == '.'; };
  return letter(text[0]) && std::ranges::all_of(text.substr(0, colon), legal);
}

bool is_media_type(std::string_view text) noexcept {
  const std::string_view essence = http1::trimmed(text.substr(0, text.find(';')));
  const std::size_t slash = essence.find('/');
  return slash != std::string_view::npos && slash > 0 && slash + 1 < essence.size() &&
         http1::all(essence.substr(0, slash), http1::is_token) &&
         http1::all(essence.substr(slash + 1), http1::is_token);
}

int number_at(std::string_view text, std::size_t at, std::size_t digits) noexcept {
  int n = 0;
  for (std::size_t i = at; i < at + digits; ++i) {
    if (i >= text.size() || !is(text[i], http1::is_digit)) return -1;
    n = n * 10 + (text[i] - '0');
  }
  return n;
}

bool in(int n, int low, int high) noexcept { return n >= low && n <= high; }

int days_of(int year, int month) noexcept {
  constexpr int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && leap ? 29 : days[month - 1];
}

bool is_zone(std::string_view text) noexcept {
  if (text == "Z" || text == "z") return true;
  return text.size() == 6 && (text[0] == '+' || text[0] == '-') && in(number_at(text, 1, 2), 0, 23) && text[3] == ':' &&
         in(number_at(text, 4, 2), 0, 59);
}

// RFC 3339: 2026-11-28T04:05:06.789Z
bool is_time(std::string_view text) noexcept {
  if (text.size() < 20 || text[4] != '-' || text[7] != '-' || http1::lower(text[10]) != 't' || text[13] != ':' ||
      text[16] != ':')
    return false;
  const int year = number_at(text, 0, 4);
  const int month = number_at(text, 5, 2);
  if (year < 0 || !in(month, 1, 12) || !in(number_at(text, 8, 2), 1, days_of(year, month))) return false;
  if (!in(number_at(text, 11, 2), 0, 23) || !in(number_at(text, 14, 2), 0, 59) || !in(number_at(text, 17, 2), 0, 60))
    return false;
  std::size_t at = 19;
  if (text[at] == '.') {
    const std::size_t first = ++at;
    while (at < text.size() && is(text[at], http1::is_digit)) ++at;
    if (at == first) return false;
  }
  return is_zone(text.substr(at));
}

std::string_view format_fault(const attribute& a) noexcept {
  if (a.name == "specversion") return a.value == "1.0" ? "" : "must be 1.0";
  if (a.name == "source") return is_uri_reference(a.value) ? "" : "must be a URI reference that is not empty";
  if (a.name == "dataschema") return is_absolute_uri(a.value) ? "" : "must be an absolute URI";
  if (a.name == "datacontenttype") return is_media_type(a.value) ? "" : "must be a media type";
  if (a.name == "time") return is_time(a.value) ? "" : "must be a time of RFC 3339";
  if (a.name == "id" || a.name == "type" || a.name == "subject") return a.value.empty() ? "must not be empty" : "";
  return "";
}

bool is_text_attribute(std::string_view name) noexcept {
  for (const std::string_view known :
       {"specversion", "id", "source", "type", "subject", "time", "datacontenttype", "dataschema"})
    if (name == known) return true;
  return false;
}

// The events API has codes for what it knows of any event; the other attributes are headers of the record.
batching::reason reason_of(std::string_view name, bool is_missing) noexcept {
  using batching::reason;
  if (name == "id") return is_missing ? reason::missing_event_id : reason::invalid_event_id;
  if (name == "type") return is_missing ? reason::missing_event_type : reason::invalid_event_type;
  if (name == "time") return reason::invalid_timestamp;
  return reason::invalid_header;
}

}  // namespace

std::string attributes::add(const attribute& a) {
  why_ = reason_of(a.name, false);
  const auto fault = [&a](std::string_view what) {
    return "attribute '" + std::string(a.name.substr(0, 64)) + "' " + std::string(what);
  };
  if (!is_name(a.name)) return fault("has an impossible name: lower-case letters and digits, at most 64");
  if (a.name == "data") return fault("is the name of the payload, and no attribute");
  if (find(a.name).data() != nullptr) return fault("stands twice");
  if (all_.size() == max) return "the event has more than 64 attributes";
  if (a.is != attribute::kind::text && is_text_attribute(a.name)) return fault("must be a string");
  if (has_control(a.value)) return fault("holds control characters");
  if (const std::string_view wrong = format_fault(a); !wrong.empty()) return fault(wrong);
  all_.push_back(a);
  why_ = batching::reason::none;
  return {};
}

std::string attributes::check() {
  for (const std::string_view required : {"specversion", "id", "source", "type"}) {
    why_ = reason_of(required, true);
    if (find(required).data() == nullptr) return "attribute '" + std::string(required) + "' is missing";
  }
  why_ = batching::reason::none;
  return {};
}

std::string_view attributes::find(std::string_view name) const noexcept {
  for (const attribute& a : all_)
    if (a.name == name) return a.value.data() != nullptr ? a.value : std::string_view("");
  return {};
}

std::optional<std::string> from_field(std::string_view raw) {
  std::string plain;
  if (raw.starts_with('"')) {
    bool closed = false;
    for (std::size_t i = 1; i < raw.size(); ++i) {
      if (closed) return std::nullopt;
      if (raw[i] == '"')
        closed = true;
      else
        plain += raw[i] == '\\' && i + 1 < raw.size() ? raw[++i] : raw[i];
    }
    if (!closed) return std::nullopt;
  } else {
    plain = raw;
  }
  std::string text;
  for (std::size_t i = 0; i < plain.size(); ++i) {
    const bool escape =
        plain[i] == '%' && i + 2 < plain.size() && is(plain[i + 1], http1::is_hex) && is(plain[i + 2], http1::is_hex);
    if (escape) {
      text += static_cast<char>(http1::hex_value(plain[i + 1]) * 16 + http1::hex_value(plain[i + 2]));
      i += 2;
    } else {
      text += plain[i];
    }
  }
  if (!http1::is_utf8(text)) return std::nullopt;
  return text;
}

bool is_json_type(std::string_view media_type) noexcept {
  const std::string_view essence = http1::trimmed(media_type.substr(0, media_type.find(';')));
  const std::size_t slash = essence.find('/');
  if (slash == std::string_view::npos) return false;
  const std::string_view subtype = essence.substr(slash + 1);
  if (http1::equals_ignoring_case(subtype, "json")) return true;
  return subtype.size() > 5 && http1::equals_ignoring_case(subtype.substr(subtype.size() - 5), "+json");
}

bool is_text_type(std::string_view media_type) noexcept {
  return media_type.size() > 5 && http1::equals_ignoring_case(media_type.substr(0, 5), "text/");
}

}  // namespace gateway::api::cloudevents
