#include "gateway/api/store/append_fields.h"

#include <charconv>

#include "gateway/http1/chars.h"
#include "gateway/http1/field_lines.h"
#include "gateway/http1/json_text.h"
#include "store/append.h"

namespace gateway::api::store {
namespace {

http1::problem wrong(std::string detail) { return {http1::errc::invalid_field, std::move(detail)}; }

struct found_fields {
  std::string_view expected, if_match, if_none_match, event_id, idempotency_key, timestamp;
  std::string_view repeated;  // the name of one that stands more than once
};

found_fields find(const http1::request_head& head) {
  found_fields f;
  const auto keep = [&f](std::string_view& to, const http1::field_line& line) {
    if (to.data() != nullptr) f.repeated = line.name;
    to = line.value.data() == nullptr ? std::string_view("") : line.value;
  };
  http1::for_each_field(head, [&](const http1::field_line& line) {
    using http1::equals_ignoring_case;
    if (equals_ignoring_case(line.name, "expected-version")) keep(f.expected, line);
    if (equals_ignoring_case(line.name, "if-match")) keep(f.if_match, line);
    if (equals_ignoring_case(line.name, "if-none-match")) keep(f.if_none_match, line);
    if (equals_ignoring_case(line.name, "headgate-event-id")) keep(f.event_id, line);
    if (equals_ignoring_case(line.name, "idempotency-key")) keep(f.idempotency_key, line);
    if (equals_ignoring_case(line.name, "headgate-timestamp")) keep(f.timestamp, line);
  });
  return f;
}

std::optional<http1::problem> read_expected(const found_fields& f, append_fields& to) {
  const int said =
      (f.expected.data() != nullptr) + (f.if_match.data() != nullptr) + (f.if_none_match.data() != nullptr);
  if (said > 1) return wrong("send one of Expected-Version, If-Match and If-None-Match, not several");
  if (f.expected.data() != nullptr && f.expected != "any") {
    to.expected_version = read_number(f.expected);
    if (!to.expected_version)
      return wrong("Expected-Version is a whole number, 0 for an aggregate that does not exist yet, or any");
  }
  to.is_precondition = f.if_match.data() != nullptr || f.if_none_match.data() != nullptr;
  if (f.if_match.data() != nullptr) {
    to.expected_version = version_of_etag(f.if_match);
    if (!to.expected_version)
      return wrong(R"(If-Match names one version in quotes, as the ETag of an answer does: "12")");
  }
  if (f.if_none_match.data() != nullptr) {
    if (f.if_none_match != "*")
      return wrong("of If-None-Match only * has a meaning here: the aggregate must not exist");
    to.expected_version = 0;
  }
  return {};
}

}  // namespace

std::optional<std::uint64_t> read_number(std::string_view text) noexcept {
  std::uint64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || read.ec != std::errc{} || read.ptr != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<std::uint64_t> version_of_etag(std::string_view text) noexcept {
  if (text.starts_with("W/")) text.remove_prefix(2);
  return read_number(http1::unquoted(text));
}

bool names_version(std::string_view if_none_match, std::uint64_t version) noexcept {
  if (version == 0) return false;
  while (!if_none_match.empty()) {
    const std::string_view one = http1::next_in_list(if_none_match);
    if (one == "*" || version_of_etag(one) == version) return true;
  }
  return false;
}

boost::system::result<append_fields, http1::problem> read_append_fields(const http1::request_head& head) {
  const found_fields f = find(head);
  if (!f.repeated.empty()) return wrong(std::string(f.repeated) + " may stand only once");
  if (f.timestamp.data() != nullptr)
    return wrong(
        "records of a store topic have the time of their admission: leave Headgate-Timestamp out, or put the time into "
        "the event");
  append_fields to;
  if (auto problem = read_expected(f, to)) return *problem;
  if (f.event_id.data() != nullptr &&
      (f.event_id.empty() || f.event_id.size() > ::store::event_id_bytes_max || !http1::is_utf8(f.event_id)))
    return wrong("Headgate-Event-Id is a text of 1 to " + std::to_string(::store::event_id_bytes_max) + " bytes");
  to.event_id = f.event_id;
  to.idempotency_key = http1::unquoted(f.idempotency_key);
  if (f.idempotency_key.data() != nullptr &&
      (to.idempotency_key.empty() || to.idempotency_key.size() > ::store::idempotency_key_bytes_max ||
       !http1::is_utf8(to.idempotency_key)))
    return wrong("Idempotency-Key is a text of 1 to " + std::to_string(::store::idempotency_key_bytes_max) + " bytes");
  return to;
}

}  // namespace gateway::api::store
