#include "tests/gateway/decode/agreement.h"

#include <simdjson.h>

#include <algorithm>
#include <cstring>

#include "gateway/decode/checker.h"
#include "gateway/decode/text.h"

namespace decode_tests {
namespace {

using batching::reason;
using gateway::decode::decoder;

constexpr std::string_view good = R"({"aggregateId":"good"})";
constexpr std::uint32_t depth_max = 1000;  // as deep as simdjson's default lets us compare

const gateway::decode::key_finder& usual_keys() {
  static const gateway::decode::key_finder keys({"/aggregateId", "/aggregate_id"});
  return keys;
}

gateway::decode::decode_options options() {
  gateway::decode::decode_options how;
  how.keys = &usual_keys();
  how.depth_max = depth_max;
  return how;
}

/// One decoder for all, as a lane has it: what a body leaves behind must not matter to the next.
decoder& shared_decoder() {
  static decoder decode;
  return decode;
}

bool accepted(const batching::event& e) { return e.invalid != reason::invalid_json; }

bool has_byte_order_mark(std::string_view text) { return text.starts_with("\xEF\xBB\xBF"); }

bool contains_any_case(std::string_view text, std::string_view lower) {
  const auto same = [](char a, char b) { return (a | 0x20) == (b | 0x20); };
  return std::search(text.begin(), text.end(), lower.begin(), lower.end(), same) != text.end();
}

bool may_hold_huge_number(std::string_view text) {
  std::size_t run = 0;
  for (const char c : text) {
    run = gateway::decode::is_digit(c) || c == '.' ? run + 1 : 0;
    if (run >= 19 || (run == 0 && (c | 0x20) == 'e')) return true;
  }
  return false;
}

std::string alone(std::string_view line, bool valid) {
  decoder& decode = shared_decoder();
  batching::events out;
  for (const char fill : {'\0', '"', '}', '1', '\n', '{'}) {
    const padded body(line, fill);
    const auto read = decode.ndjson(body.view(), options(), out);
    const std::string_view text = gateway::decode::trimmed(body.view());
    if (text.empty()) {
      if (read.has_value() || read.error().code != gateway::decode::body_errc::no_events)
        return "blank line: not no_events";
      continue;
    }
    if (!read || out.size() != 1) return "alone: not one event";
    if (out[0].value != text) return "alone: the value is not the trimmed line";
    if (accepted(out[0]) != valid) return valid ? "alone: refused" : "alone: accepted";
    if (!valid && out[0].detail.empty()) return "alone: refused without a detail";
  }
  return {};
}

std::string between_neighbours(std::string_view line, bool valid) {
  if (gateway::decode::trimmed(line).empty()) return {};
  std::string text(good);
  text.append("\r\n").append(line).append("\n\n").append(good).append("\n").append(good);
  const padded body(text);
  decoder& decode = shared_decoder();
  batching::events out;
  if (!decode.ndjson(body.view(), options(), out) || out.size() != 4) return "between: not four events";
  for (const std::size_t i : {0, 2, 3})
    if (!accepted(out[i]) || out[i].value != good || out[i].key != "good") return "between: a neighbour suffered";
  if (accepted(out[1]) != valid) return valid ? "between: refused" : "between: accepted";
  return {};
}

std::string as_body(std::string_view line, bool valid, const second_opinion& simdjson) {
  const std::string_view text = gateway::decode::trimmed(line);
  if (text.empty()) return {};
  decoder& decode = shared_decoder();
  batching::events out;
  const padded body(line, '}');
  const auto read = decode.json(body.view(), options(), out);
  if (text.front() == '[') {
    if (read.has_value() && !valid) return "body: a broken array was read";
    if (!read && valid && read.error().code != gateway::decode::body_errc::no_events)
      return "body: an array was refused";
    return {};
  }
  if (!read || out.size() != 1) return "body: not one event";
  const bool object = text.front() == '{';
  if (accepted(out[0]) != (valid && object)) return valid ? "body: refused" : "body: accepted";
  if (valid && simdjson.valid && simdjson.is_object != object) return "body: simdjson sees another kind";
  return {};
}

}  // namespace

padded::padded(std::string_view text, char fill)
    : bytes_(std::make_unique<char[]>(text.size() + decoder::padding_bytes)), size_(text.size()) {
  if (!text.empty()) std::memcpy(bytes_.get(), text.data(), text.size());
  std::memset(bytes_.get() + size_, fill, decoder::padding_bytes);
}

second_opinion ask_simdjson(std::string_view text) {
  if (has_byte_order_mark(text)) return {};  // newer simdjson skips it
  static simdjson::dom::parser parser;
  simdjson::dom::element root;
  const simdjson::error_code error = parser.parse(simdjson::padded_string(text)).get(root);
  second_opinion opinion;
  opinion.valid = error == simdjson::SUCCESS;
  const bool number = may_hold_huge_number(text) && error != simdjson::STRING_ERROR;
  opinion.differs_by_design = !opinion.valid && (number || contains_any_case(text, "\\ud"));
  if (opinion.valid) {
    opinion.is_object = root.is_object();
    opinion.is_array = root.is_array();
  }
  return opinion;
}

std::string disagreement(std::string_view line) {
  const second_opinion simdjson = ask_simdjson(line);
  const bool valid = !gateway::decode::check(line, depth_max).has_value();
  const bool deep = std::ranges::count_if(line, [](char c) { return c == '[' || c == '{'; }) >= depth_max;
  if (valid != simdjson.valid && !deep && !(valid && simdjson.differs_by_design))
    return valid ? "the checker accepts what simdjson refuses" : "the checker refuses what simdjson accepts";
  if (std::string said = alone(line, valid); !said.empty()) return said;
  if (std::string said = between_neighbours(line, valid); !said.empty()) return said;
  return as_body(line, valid, simdjson);
}

std::string key_disagreement(std::string_view text) {
  static simdjson::dom::parser parser;
  simdjson::dom::element root;
  simdjson::dom::object object;
  if (has_byte_order_mark(text) || parser.parse(simdjson::padded_string(text)).get(root) || root.get(object)) return {};
  const padded body(text);
  decoder& decode = shared_decoder();
  batching::events out;
  if (!decode.json(body.view(), options(), out) || out.size() != 1) return "not one event";
  for (const char* name : {"aggregateId", "aggregate_id"}) {
    std::size_t there = 0;
    simdjson::dom::element found;
    for (const auto member : object)
      if (member.key == name) ++there, found = member.value;
    if (there == 0) continue;
    if (there > 1) return out[0].invalid == reason::invalid_key ? "" : "a duplicate key member passed";
    if (found.is_null()) continue;
    if (found.is_string()) {
      const bool same = out[0].has_key && out[0].key == std::string_view(found);
      return same ? "" : "another string is the key";
    }
    if (found.is_number()) return out[0].has_key && !out[0].key.empty() ? "" : "the number is not the key";
    return out[0].invalid == reason::invalid_key ? "" : "a key that is no string or number passed";
  }
  return out[0].has_key || out[0].invalid != reason::none ? "a key from nowhere" : "";
}

}  // namespace decode_tests
