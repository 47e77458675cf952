#pragma once

// The history of a store run: every append with all of its attempts and answers, every read. Values; filled by clients,
// each its own log, and read by the checker when the run is over. Times are nanoseconds since the run began, of one
// clock for all clients.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace loadgen::store::history {

enum class answer : std::uint8_t {
  written,    // 201
  duplicate,  // 200: its events were there already
  conflict,   // 409, 412 with the current version
  refused,    // any other answer that says that nothing was written
  unknown,    // 504, other 5xx, no answer, or one that makes no sense
};

struct attempt {
  std::int64_t begin = 0;
  std::int64_t end = 0;
  answer said = answer::unknown;
  std::uint8_t instance = 0;  // place in the list of targets
  std::uint16_t status = 0;   // 0: no answer
  std::int32_t partition = -1;
  std::uint64_t version = 0;  // written, duplicate: of the last event; conflict: the current one
  std::uint64_t first_version = 0;
  std::int64_t first_offset = -1;
  std::int64_t last_offset = -1;
};

struct append {
  std::uint32_t aggregate = 0;
  std::uint16_t events = 1;
  std::uint32_t first_attempt = 0;  // in the client's list
  std::uint32_t attempts = 0;
  std::optional<std::uint64_t> expected;  // nothing: `any`
};

enum class promise : std::uint8_t { none, token, at_least, fresh };

struct read {
  std::int64_t begin = 0;
  std::int64_t end = 0;
  std::uint32_t aggregate = 0;
  promise asked = promise::none;
  std::uint8_t instance = 0;
  std::uint64_t promised = 0;  // token, at_least: this version or a later one
  std::uint64_t version = 0;   // of the aggregate, as the answer says
  std::uint64_t low = 1;       // the events that the answer has: versions low, low + 1, ..
  std::uint64_t count = 0;
  std::uint64_t digest = 0;    // sum over them
  const char* flaw = nullptr;  // what is wrong with the answer itself
};

/// Of one client: append number n is appends[n].
struct client_log {
  std::vector<append> appends;
  std::vector<attempt> attempts;
  std::vector<read> reads;

  std::span<const attempt> attempts_of(const append& what) const {
    return std::span(attempts).subspan(what.first_attempt, what.attempts);
  }
};

struct recorded {
  std::string run;  // eight hexadecimal digits
  std::uint32_t aggregates = 0;
  std::uint32_t event_bytes = 0;
  std::vector<client_log> clients;
};

/// "written", "duplicate", ..
const char* name_of(answer said);
const char* name_of(promise asked);

}  // namespace loadgen::store::history
