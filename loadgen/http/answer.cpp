#include "loadgen/http/answer.h"

#include <simdjson.h>

#include <charconv>

#include "loadgen/answers/fates.h"
#include "loadgen/answers/outcome.h"

namespace loadgen::http {

using answers::answer;
using answers::event_outcome;

namespace {

/// True when the body says `"persisted":<events>`: the answer to nearly every request, told without parsing it.
bool says_all_persisted(std::string_view body, std::uint32_t events) {
  constexpr std::string_view member = R"("persisted":)";
  const auto at = body.find(member);
  if (at == std::string_view::npos) return false;
  const char* from = body.data() + at + member.size();
  const char* const end = body.data() + body.size();
  while (from != end && *from == ' ') ++from;
  std::uint32_t value = 0;
  const auto [rest, error] = std::from_chars(from, end, value);
  return error == std::errc() && value == events;
}

event_outcome outcome_of_status(int status) {
  if (status == 200 || status == 201 || status == 204 || status == 207) return event_outcome::persisted;
  if (status == 202) return event_outcome::accepted;
  if (status == 429 || status == 503) return event_outcome::busy;
  if (status == 422) return event_outcome::rejected;
  if (status == 408) return event_outcome::unanswered;
  if (status >= 300 && status < 500) return event_outcome::failed;
  return event_outcome::unanswered;
}

std::uint64_t member(const simdjson::dom::element& root, const char* key) {
  std::uint64_t value = 0;
  return root[key].get(value) == simdjson::SUCCESS ? value : 0;
}

void read_failures(const simdjson::dom::element& root, std::uint32_t events, answer& into) {
  simdjson::dom::array failures;
  if (root["failures"].get(failures) != simdjson::SUCCESS) return;
  for (const simdjson::dom::element item : failures) {
    std::uint64_t index = 0;
    std::string_view name;
    if (item["index"].get(index) != simdjson::SUCCESS || item["outcome"].get(name) != simdjson::SUCCESS) continue;
    const auto outcome = answers::outcome_named(name);
    if (!outcome || index >= events) {
      into.inconsistent = true;
      into.complaint = "a failure names event " + std::to_string(index) + " as '" + std::string(name) + "'";
      continue;
    }
    into.exceptions.push_back({static_cast<std::uint32_t>(index), *outcome});
    std::string_view detail;
    if (into.complaint.empty() && item["detail"].get(detail) == simdjson::SUCCESS) into.complaint = detail;
  }
}

void read_counts(const simdjson::dom::element& root, std::uint32_t events, answer& into) {
  const std::uint64_t persisted = member(root, "persisted");
  const std::uint64_t duplicate = member(root, "duplicate");
  std::uint64_t listed = 0;
  for (const auto& item : into.exceptions) listed += answers::fate_of(item.outcome) == answers::fate::acked ? 0 : 1;
  if (into.whole == event_outcome::accepted) return;
  if (persisted + duplicate + listed == events) {
    if (persisted + duplicate > 0) into.whole = event_outcome::persisted;
    return;
  }
  into.inconsistent = true;
  if (into.complaint.empty()) {
    into.complaint = "the answer's counts (" + std::to_string(persisted + duplicate) + " taken, " +
                     std::to_string(listed) + " failed) do not add up to the " + std::to_string(events) + " sent";
  }
  if (into.whole == event_outcome::persisted) into.whole = event_outcome::unanswered;
}

std::string first_words(const simdjson::dom::element& root) {
  for (const char* key : {"detail", "title", "code"}) {
    std::string_view text;
    if (root[key].get(text) == simdjson::SUCCESS && !text.empty()) return std::string(text.substr(0, 300));
  }
  return {};
}

}  // namespace

answer read_answer(int status, std::string_view body, std::uint32_t events) {
  answer result;
  result.status = status;
  result.whole = outcome_of_status(status);
  if (status == 200 && says_all_persisted(body, events)) return result;
  thread_local simdjson::dom::parser parser;
  simdjson::dom::element root;
  if (body.empty() || parser.parse(body.data(), body.size()).get(root) != simdjson::SUCCESS || !root.is_object()) {
    // A server that speaks no JSON: its status is all it says.
    if (status >= 300) result.complaint = std::string(body.substr(0, 200));
    return result;
  }
  read_failures(root, events, result);
  const bool itemised = status == 200 || status == 202 || status == 207 || status == 504 || status == 422;
  if (itemised && root["events"].error() == simdjson::SUCCESS) read_counts(root, events, result);
  if (status >= 300 && result.complaint.empty()) result.complaint = first_words(root);
  return result;
}

}  // namespace loadgen::http
