#include "readmodel/fold/event_reader.h"

namespace readmodel::fold {

boost::system::result<event, refusal> event_reader::read(const record& from) {
  if (!from.has_key || from.key.empty()) return refusal{"the event has no key, so nobody knows its aggregate"};
  if (!simdjson::validate_utf8(from.key.data(), from.key.size())) return refusal{"the event's key is not UTF-8"};
  if (!from.has_value) return refusal{"the event is a tombstone"};
  event e;
  e.aggregate = from.key;
  e.from = &from;
  if (const auto error = parser_.parse(from.value.data(), from.value.size()).get_object().get(e.json))
    return refusal{std::string("the event is not a JSON object: ") + simdjson::error_message(error)};
  if (e.json[format_->type].get_string().get(e.type)) return refusal{"the event has no \"" + format_->type + "\""};
  std::int64_t version = 1;
  const auto error = e.json[format_->version].get_int64().get(version);
  if (error != simdjson::NO_SUCH_FIELD && (error != simdjson::SUCCESS || version < 1 || version > 1'000'000))
    return refusal{"the event's \"" + format_->version + "\" is not a number from 1 on"};
  e.version = static_cast<int>(version);
  return e;
}

}  // namespace readmodel::fold
