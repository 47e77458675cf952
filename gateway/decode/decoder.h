// Turns a request's body into events: splits it, validates it as the topic wants, finds each event's aggregate id. One
// a lane; keeps its tables from request to request (no allocation in steady state). Views point into `body`.
#pragma once

#include <boost/system/result.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "batching/event.h"
#include "gateway/decode/event_rules.h"
#include "gateway/decode/key_finder.h"

namespace gateway::decode {

/// Why a body as a whole cannot be read; nothing of it is published.
enum class body_errc : std::uint8_t {
  broken_array,     // a JSON array that does not parse: where its elements end cannot be told      -> 400 invalid_json
  no_events,        // an empty body, array, or only blank lines                                   -> 400 no_events
  too_many_events,  // more than events_per_request_max                                            -> 413
};
struct body_error {
  body_errc code;
  std::string detail;  // names the place (line, byte) and what to change
};

struct decode_options {
  const key_finder* keys = nullptr;
  // RFC 8259 and UTF-8, whole: numbers of any size and halves of surrogate pairs are within its grammar. false: lines
  // are only split and looked into for the key, as far as they read like JSON; of two members the first counts.
  bool validate = true;
  std::uint32_t depth_max = 128;  // containers in each other, an event's own included; the array around events is not
  std::uint32_t events_max = 100'000;
  const event_rules* rules = nullptr;  // beside the key; nullptr: nothing
  event_router* router = nullptr;      // of events whose topics follow from their types: brings keys and rules
  timestamp_bounds bounds{};
};

class decoder {
 public:
  /// Bytes that must be readable (their value does not matter) behind every body given to ndjson() and json().
  static constexpr std::size_t padding_bytes = 64;

  decoder();
  ~decoder();

  // All of them empty `out` first, and leave it empty beside an error: nothing of such a body is published. While they
  // read, the token index takes up to 4 bytes a byte of the longest line (ndjson: at least 32 KiB) or of the body
  // (json).

  /// One event a line (LF or CRLF), any whole JSON value; blank lines are skipped. An invalid line becomes an event
  /// with `invalid` and `detail` set ("line 3, byte 17: expected ':' after a key"), and never touches its neighbours.
  boost::system::result<void, body_error> ndjson(std::string_view body, const decode_options& how,
                                                 batching::events& out);
  /// An object is one event, an array of objects one event an element. A broken object, a bare scalar and an element
  /// that is no object each become one invalid event. An array is read whole even where `validate` is off.
  boost::system::result<void, body_error> json(std::string_view body, const decode_options& how, batching::events& out);
  /// One whole JSON value of any kind is one event; a broken one becomes one invalid event.
  boost::system::result<void, body_error> document(std::string_view body, const decode_options& how,
                                                   batching::events& out);
  /// The body is one event, no key. Empty: no_events.
  boost::system::result<void, body_error> opaque(std::string_view body, batching::events& out);

 private:
  struct tables;
  std::unique_ptr<tables> tables_;
};

}  // namespace gateway::decode
