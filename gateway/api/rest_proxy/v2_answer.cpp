#include "gateway/api/rest_proxy/v2_answer.h"

#include <cstdint>

#include "gateway/api/answer_texts.h"
#include "gateway/api/rest_proxy/fault.h"
#include "gateway/http1/json_text.h"

namespace gateway::api::rest_proxy {
namespace {

constexpr std::string_view begin_of_answer = R"({"offsets":[)";
constexpr std::string_view end_of_answer = R"(],"key_schema_id":null,"value_schema_id":null})";

void append_number_or_null(std::string& to, std::int64_t n) {
  if (n < 0)
    to += "null";
  else
    http1::append_number(to, n);
}

void append_stored(std::string& to, const batching::position& p) {
  to += R"({"partition":)";
  append_number_or_null(to, p.partition);
  to += R"(,"offset":)";
  append_number_or_null(to, p.offset);
  to += R"(,"error_code":null,"error":null})";
}

void append_failed(std::string& to, int code, std::string_view text) {
  to += R"({"partition":null,"offset":null,"error_code":)";
  http1::append_number(to, code);
  to += R"(,"error":)";
  http1::append_json_string(to, text);
  to += '}';
}

}  // namespace

void append_offsets(std::string& to, batching::ack& a, bool timed_out) {
  const auto failures = a.failures();
  const auto positions = a.positions();
  const std::vector<std::uint32_t> open = timed_out ? a.open_indexes() : std::vector<std::uint32_t>{};
  auto failed = failures.begin();
  auto next_open = open.begin();
  answer_texts texts;
  to += begin_of_answer;
  for (std::uint32_t i = 0; i < positions.size(); ++i) {
    if (i > 0) to += ',';
    const bool is_open = next_open != open.end() && *next_open == i;
    const bool has_failed = failed != failures.end() && failed->index == i;
    if (is_open) {
      append_failed(to, retriable,
                    text_of(texts, batching::outcome::possibly_persisted, batching::reason::answer_timeout, {}));
      ++next_open;
    } else if (has_failed && failed->fate != batching::outcome::duplicate) {
      append_failed(to, code_of(failed->fate, failed->why), text_of(texts, failed->fate, failed->why, failed->detail));
    } else {
      append_stored(to, positions[i]);
    }
    if (has_failed) ++failed;
  }
  to += end_of_answer;
}

void append_unknown_topic(std::string& to, std::size_t records, std::string_view topic) {
  const std::string text = "Kafka has no topic '" + std::string(topic.substr(0, 249)) +
                           "', and the gateway never creates one: create it, or correct the path";
  answer_texts texts;
  to += begin_of_answer;
  for (std::size_t i = 0; i < records; ++i) {
    if (i > 0) to += ',';
    const std::string_view shown = texts.take(text);
    append_failed(to, not_retriable, shown.empty() ? as_others : shown);
  }
  to += end_of_answer;
}

int v2_status(batching::ack& a) {
  for (const batching::failure& f : a.failures())
    if (f.why == batching::reason::not_authorized) return 403;
  return 200;
}

}  // namespace gateway::api::rest_proxy
