// The client's side of the frame protocol for tests: writes what clients send, reads what the gateway sends. A second
// reading of docs/protocol.md; of wire/ it uses only the names of types and codes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/frames/protocol.h"

namespace frames_test {

using gateway::frames::frame_type;

/// The places of an ACK's counts, and the codes of some reasons, as docs/protocol.md has them.
namespace count {
enum place : std::size_t {
  persisted,
  duplicate,
  rejected,
  not_persisted,
  possibly_persisted,
  blocked,
  accepted,
  refused
};
}
namespace reason {
enum code : int { invalid_json = 1, empty_event = 6, partition_full = 9, producer_failed = 14 };
}

[[nodiscard]] std::string frame(frame_type type, std::string_view payload);
[[nodiscard]] std::string hello(std::uint16_t version_min = 1, std::uint16_t version_max = 1,
                                std::uint32_t receive_bytes_max = 0, std::string_view name = "example",
                                std::string_view credential = {});
[[nodiscard]] std::string ping(std::string_view eight = "12345678");
[[nodiscard]] std::string close(std::uint64_t sequence);

struct record {
  std::optional<std::string> key;
  std::string value;
  std::vector<std::pair<std::string, std::string>> headers = {};
};

struct publish {
  std::uint64_t sequence = 1;
  std::string topic = "orders";
  std::vector<record> records = {};
  std::uint8_t ack = 0, on_invalid = 0, compression = 0, results = 0;
  std::uint16_t options = 0;
  std::string packed = {};  // the block as sent, where compression is not 0
};
[[nodiscard]] std::string block(const std::vector<record>& records);
[[nodiscard]] std::string encode(const publish& what);
/// A zstd frame of so many zero bytes: records without a byte, eight bytes each.
[[nodiscard]] std::string zstd_of_zeros(std::uint32_t bytes);

struct failure {
  std::uint32_t index;
  int outcome, reason;
  std::string detail;
};
struct range {
  std::int32_t partition;
  std::uint32_t records;
  std::int64_t first, last;
};
struct entry {
  std::uint64_t sequence;
  int status, ack;
  std::uint32_t records;
  std::string detail;
  std::vector<failure> failures;
  std::vector<range> ranges;
  std::vector<std::pair<std::int32_t, std::int64_t>> positions;
};
struct ack {
  std::uint64_t sequence = 0;
  std::uint32_t frames = 0;
  std::uint32_t counts[8] = {};
  std::vector<entry> entries;
};

/// One frame from the gateway, fields by type.
struct message {
  frame_type type{};
  std::string payload;
  frames_test::ack ack;        // ACK
  std::uint64_t sequence = 0;  // CREDIT, CLOSE, ERROR
  std::uint64_t bytes = 0;     // CREDIT
  std::uint64_t last = 0;      // ERROR
  int code = 0;                // ERROR: code, CLOSE: reason
  std::string text;            // ERROR, CLOSE, WELCOME: name
  std::uint32_t frame_bytes_max = 0, decoded_bytes_max = 0, records_max = 0, idle_ms = 0;  // WELCOME
  std::uint16_t version = 0, compressions = 0;
};

/// Takes the first whole frame from the front of `bytes`; nullopt: there is none. Fails the test on a broken one.
[[nodiscard]] std::optional<message> take(std::string& bytes);
[[nodiscard]] std::vector<message> take_all(std::string& bytes);

}  // namespace frames_test
