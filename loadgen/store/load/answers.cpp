#include "loadgen/store/load/answers.h"

#include <simdjson.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "loadgen/store/history/event.h"

namespace loadgen::store::load {

using history::answer;
using history::attempt;
namespace ondemand = simdjson::ondemand;

struct answer_reader::parser {
  ondemand::parser json;
  simdjson::padded_string body;

  ondemand::document open(const std::string& text) {
    body = simdjson::padded_string(text);
    return json.iterate(body);
  }
};

namespace {

bool is_refusal(int status) { return status == 503 || (status >= 400 && status < 500); }

void read_done(ondemand::document& from, attempt& into) {
  into.version = from["version"].get_uint64();
  const std::uint64_t events = from["events"].get_uint64();
  into.first_version = from["first_version"].get_uint64();
  into.partition = static_cast<std::int32_t>(from["partition"].get_int64().value());
  into.first_offset = from["first_offset"].get_int64();
  into.last_offset = from["last_offset"].get_int64();
  bool is_duplicate = false;
  const bool says_duplicate = from["duplicate"].get_bool().get(is_duplicate) == simdjson::SUCCESS && is_duplicate;
  const bool is_sound = into.first_version + events == into.version + 1 && says_duplicate == (into.status == 200);
  if (is_sound) into.said = says_duplicate ? answer::duplicate : answer::written;
}

}  // namespace

answer_reader::answer_reader(request_form form) : form_(std::move(form)), parser_(std::make_unique<parser>()) {}
answer_reader::~answer_reader() = default;

bool answer_reader::read_append(const http::response& from, attempt& into) {
  into.status = static_cast<std::uint16_t>(from.status);
  into.said = is_refusal(from.status) ? answer::refused : answer::unknown;
  const bool is_done = from.status == 200 || from.status == 201;
  const bool may_be_conflict = from.status == 409 || from.status == 412;
  if (!is_done && !may_be_conflict) return from.status >= 400;
  try {
    ondemand::document body = parser_->open(from.body);
    if (is_done) {
      read_done(body, into);
    } else if (std::uint64_t current = 0; body["current_version"].get_uint64().get(current) == simdjson::SUCCESS) {
      into.version = current;
      into.said = answer::conflict;
    }
  } catch (const simdjson::simdjson_error&) {
    into.said = is_done ? answer::unknown : answer::refused;
  }
  return into.said != answer::unknown;
}

void answer_reader::read_events(const http::response& from, const read_question& of, history::read& into) {
  if (!from.aggregate_version) {
    into.flaw = "the answer has no Headgate-Aggregate-Version";
    return;
  }
  into.version = *from.aggregate_version;
  try {
    read_events_checked(from, of, into);
  } catch (const simdjson::simdjson_error&) {
    into.flaw = "the answer is no JSON array of events";
  }
}

void answer_reader::read_events_checked(const http::response& from, const read_question& of, history::read& into) {
  ondemand::document body = parser_->open(from.body);
  const std::uint64_t there = of.is_backward ? into.version : into.version - std::min(into.version, of.from - 1);
  const std::uint64_t wanted = std::min(of.limit, there);
  std::uint64_t next = of.is_backward ? into.version : of.from;
  into.low = of.is_backward ? into.version - wanted + 1 : of.from;
  for (ondemand::object each : body.get_array()) {
    const std::uint64_t version = each["version"].get_uint64();
    const std::int64_t offset = each["offset"].get_int64();
    const std::string_view event = ondemand::object(each["event"]).raw_json();
    constexpr std::string_view head = R"({"eventId":")";
    const auto id_end = event.find('"', head.size());
    const auto name = event.starts_with(head) && id_end != std::string_view::npos
                          ? history::name_in(event.substr(head.size(), id_end - head.size()), form_.run)
                          : std::nullopt;
    if (!name || event != history::event_text(form_.run, *name, of.aggregate, form_.event_bytes)) {
      into.flaw = "an event is not as it was sent";
      return;
    }
    if (version != next) into.flaw = "the versions are not in order, one after the other";
    next = of.is_backward ? next - 1 : next + 1;
    into.digest += history::digest(*name, version, offset);
    ++into.count;
  }
  if (into.count != wanted) into.flaw = "it has not as many events as its version and the limit say";
}

bool is_worth_repeating(const attempt& told) {
  return told.said == answer::unknown || (told.said == answer::refused && (told.status == 503 || told.status == 429));
}

}  // namespace loadgen::store::load
