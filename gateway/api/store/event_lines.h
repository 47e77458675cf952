// Writes events that were read back: elements of a JSON array, or NDJSON lines. Pure.
#pragma once

#include <cstdint>
#include <string>

#include "store/partition_index.h"

namespace gateway::api::store {

enum class read_form : std::uint8_t { json, ndjson };

/// {"version":1,"offset":900,"timestamp":1700000000000,"event":{..}}. The event's bytes are exact; in NDJSON its line
/// breaks become blanks. An event that is not JSON stands in "event_base64" instead.
void append_event(std::string& to, const ::store::stored_event& e, read_form form);

/// By an Accept field: NDJSON where it is asked for and JSON is not preferred.
[[nodiscard]] read_form form_of(std::string_view accept) noexcept;
[[nodiscard]] std::string_view content_type_of(read_form form) noexcept;

}  // namespace gateway::api::store
