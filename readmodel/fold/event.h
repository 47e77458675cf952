// One event of the log, as a fold sees it. A view of bytes that live as long as the batch. Made by event_reader.h.
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <string_view>

namespace readmodel::fold {

/// A record as the log holds it.
struct record {
  std::string_view key;
  std::string_view value;
  bool has_key = false;
  bool has_value = false;
  std::int32_t partition = 0;
  std::int64_t offset = 0;
  std::int64_t timestamp_ms = 0;
  std::int64_t aggregate_version = 0;  // header aggregate-version of a store topic; 0: there is none
};

struct event {
  std::string_view aggregate;
  std::string_view type;
  int version = 1;             // of the event's own form; after the upcasters: the newest
  simdjson::dom::object json;  // the whole event
  const record* from = nullptr;
};

}  // namespace readmodel::fold
