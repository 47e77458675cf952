// The frame protocol's numbers and messages, as docs/protocol.md gives them: what the page calls a field is called so
// here. Used by everything in wire/ and by the TCP session.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "batching/ack_level.h"
#include "batching/intake.h"

namespace gateway::frames {

inline constexpr std::uint16_t version_oldest = 1;
inline constexpr std::uint16_t version_newest = 2;  // adds the event store's frames
inline constexpr std::uint16_t version_with_store = 2;
inline constexpr std::string_view magic = "HEADGATE";
inline constexpr std::size_t header_bytes = 12;
inline constexpr std::uint32_t hello_bytes_max = 10'240;    // frame size; a token is up to 8 KiB
inline constexpr std::uint32_t control_bytes_max = 2048;    // frame size of everything but PUBLISH
inline constexpr std::uint32_t read_bytes_max = 8192;       // frame size of READ
inline constexpr std::uint32_t receive_bytes_min = 65'536;  // the smallest receive_bytes_max a client may name
inline constexpr std::uint32_t ack_bytes_max = 8 << 20;     // the largest frame we send to a client without a limit
inline constexpr std::size_t topic_bytes_max = 249;         // Kafka's own
inline constexpr std::uint16_t no_key = 0xffff;
inline constexpr std::uint32_t headers_per_record_max = 64;
inline constexpr std::uint32_t record_is_tombstone = 0x8000;     // bits beside the number of headers
inline constexpr std::uint32_t record_has_timestamp = 0x4000;    // i64 behind the headers
inline constexpr std::uint32_t headers_per_frame_max = 262'144;  // 8 MiB of views a lane
inline constexpr std::size_t detail_bytes_max = 1024;            // of one failure
inline constexpr std::size_t entry_details_bytes_max = 64 * 1024;
inline constexpr std::uint32_t store_requests_max = 256;  // APPEND and READ of a connection without an answer
inline constexpr std::size_t proof_bytes = 32;            // challenges and proofs of peers
inline constexpr std::int64_t any_version = -1;           // of APPEND

enum class frame_type : std::uint8_t {
  hello = 1,
  welcome,
  publish,
  ack,
  credit,
  ping,
  pong,
  close,
  error,
  // Of version 2.
  append,
  appended,
  read,
  events,
  peer,
  peered,
};

enum class error_code : std::uint16_t {
  not_headgate = 1,     // the connection does not begin with HELLO and the magic
  unsupported_version,  // no common version
  unknown_type,         // not in the table, or only the gateway sends it
  unexpected_frame,     // a second HELLO, PUBLISH after CLOSE
  frame_too_large,      // above frame_bytes_max
  bad_checksum,
  malformed_frame,    // lengths that do not add up, reserved fields in use, values not in their table
  malformed_records,  // the block does not hold exactly `records` records
  bad_compression,    // does not decompress, or not to exactly records_bytes
  limit_exceeded,     // records_max, decoded_bytes_max or headers_per_frame_max
  bad_sequence,
  credit_exceeded,
  timeout,         // HELLO or the rest of a begun frame did not arrive in time
  internal,        // a defect of ours
  unauthorized,    // HELLO's credential is not good, or there is none; or it is not good any more
  quota_exceeded,  // the tenant has as many connections as it may
};

/// Why a frame was refused as a whole; the connection stays.
enum class frame_status : std::uint8_t { taken, unknown_topic, ack_not_allowed, no_records, forbidden };

/// The result of an APPEND or a READ as a whole.
enum class store_status : std::uint8_t {
  done,           // see the outcomes, or the events
  unknown_topic,  // there is no such topic
  not_a_store,    // the topic keeps no versions
  forbidden,      // no right to write to it, or to read it
  no_room,        // the gateway is full, or the tenant's quota is used up: nothing was taken, try again
  draining,       // the gateway shuts down: nothing was taken
  invalid,        // what it says cannot be written: nothing was
  no_owner,       // READ: nobody serves the partition at the moment
  not_visible,    // READ: what it waits for was not there in time
  unreadable,     // READ: the index cannot be read
};
inline constexpr std::size_t store_statuses = 10;

enum class close_reason : std::uint8_t { finished, draining, idle };

enum class compression : std::uint8_t { none, zstd, lz4 };
enum class results : std::uint8_t { failures, ranges, positions };

/// Why the connection ends. `text` says what to change.
struct violation {
  error_code code;
  std::string text;
};

struct hello {
  std::uint16_t version_min = 0;
  std::uint16_t version_max = 0;
  std::uint32_t receive_bytes_max = 0;  // 0: no limit of its own
  std::string_view name;
  std::string_view credential;  // an API key or a token; empty: none
  bool is_peer = false;         // another instance, which proves it by PEER
};

struct credit {
  std::uint64_t sequence = 0;  // totals since the connection began
  std::uint64_t bytes = 0;
};

struct welcome {
  std::uint32_t frame_bytes_max = 0;
  std::uint32_t decoded_bytes_max = 0;
  std::uint32_t records_max = 0;
  std::uint32_t idle_ms = 0;
  credit first;
  std::string_view name;
  std::uint16_t version = version_oldest;
  std::uint32_t store_requests_max = 0;  // from version 2 on
  std::string_view challenge = {};       // likewise; of proof_bytes
};

/// A PUBLISH frame but for its records. Views into the frame.
struct publish {
  std::uint64_t sequence = 0;
  std::optional<batching::ack_level> ack;          // nullopt: the topic's
  std::optional<batching::on_invalid> on_invalid;  // nullopt: the topic's
  compression packed = compression::none;
  frames::results results = frames::results::failures;
  bool json = false;
  std::uint32_t records = 0;
  std::uint32_t records_bytes = 0;
  std::string_view topic;  // empty: each record's type leads to its topic
  std::string_view block;  // as sent
  std::uint32_t frame_bytes = 0;
};

struct close {
  std::uint64_t sequence = 0;
  close_reason reason = close_reason::finished;
  std::string_view text;
};

[[nodiscard]] std::string_view name(error_code) noexcept;
[[nodiscard]] std::string_view name(frame_status) noexcept;
[[nodiscard]] std::string_view name(store_status) noexcept;

}  // namespace gateway::frames
