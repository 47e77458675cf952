#include "tests/gateway/decode/decoding.h"

namespace decode_tests {

using gateway::decode::decode_options;
using gateway::decode::decoder;

decoding::decoding(format as, std::string_view text, const decode_options& how) : body_(text, '"') {
  static decoder decode;
  const auto result = as == format::ndjson ? decode.ndjson(body_.view(), how, events_)
                      : as == format::json ? decode.json(body_.view(), how, events_)
                                           : decode.opaque(body_.view(), events_);
  if (!result) error_ = result.error();
}

std::vector<std::string> decoding::values() const {
  std::vector<std::string> all;
  for (const auto& e : events_) all.emplace_back(e.value);
  return all;
}

std::vector<std::string> decoding::keys() const {
  std::vector<std::string> all;
  for (const auto& e : events_)
    all.push_back(e.invalid != batching::reason::none ? "!" : e.has_key ? std::string(e.key) : "-");
  return all;
}

decode_options usual_options() {
  static const gateway::decode::key_finder keys({"/aggregateId", "/aggregate_id"});
  decode_options how;
  how.keys = &keys;
  return how;
}

decoding ndjson(std::string_view text, const decode_options& how) { return {decoding::format::ndjson, text, how}; }
decoding json(std::string_view text, const decode_options& how) { return {decoding::format::json, text, how}; }

std::string nested(std::size_t levels) {
  std::string text;
  for (std::size_t i = 0; i < levels; ++i) text += R"({"a":)";
  return text + "1" + std::string(levels, '}');
}

}  // namespace decode_tests
