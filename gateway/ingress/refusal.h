// The reason to refuse a request as a whole. Each protocol maps the code to its own: HTTP to a problem, frames to a
// status or to the end of the connection.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace gateway::ingress {

enum class errc : std::uint8_t {
  ack_not_allowed,         // ack none is asked for and the topic's rules forbid it
  invalid_json,            // the body as a whole does not parse: where its events end cannot be told
  no_events,               // nothing but white space
  too_many_events,         // more than body::events_max
  invalid_encoding,        // does not decompress
  decoded_too_large,       // decompresses to more than body::decoded_bytes_max
  wrong_decoded_size,      // decompresses to another size than announced
  malformed_records,       // a record block that does not hold exactly its records
  too_many_headers,        // in one record block
  key_needs_single_event,  // a key beside a body of several events
  bad_signature,           // the topic takes signed webhooks, and the body's signature is not right
  not_on_store,            // a client's own time or partition, on a store topic
};
inline constexpr std::size_t errcs = 12;

struct refusal {
  errc code = errc::invalid_json;
  std::string text;  // what is wrong and what to change
};

}  // namespace gateway::ingress
