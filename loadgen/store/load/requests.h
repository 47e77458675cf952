#pragma once

// The requests of a store run as bytes. Pure. Used by writer and reader.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "loadgen/store/history/operations.h"

namespace loadgen::store::load {

struct request_form {
  std::string run;
  std::string topic;
  std::uint32_t event_bytes = 0;
};

/// How the same thing may be said, so that every way is used.
struct append_form {
  bool is_precondition = false;  // If-Match, If-None-Match
  bool is_ndjson = false;
};

std::string append_request(const request_form& form, std::string_view host, std::uint16_t client, std::uint32_t number,
                           const history::append& what, append_form how);

struct read_question {
  std::uint32_t aggregate = 0;
  history::promise asked = history::promise::none;
  std::uint64_t promised = 0;
  std::string token = {};
  std::uint64_t from = 1;
  std::uint64_t limit = 1;
  bool is_backward = false;  // then from the newest event on
};

std::string read_request(const request_form& form, std::string_view host, const read_question& what);

}  // namespace loadgen::store::load
