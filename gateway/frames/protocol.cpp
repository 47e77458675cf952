#include "gateway/frames/protocol.h"

namespace gateway::frames {

std::string_view name(error_code code) noexcept {
  switch (code) {
    case error_code::not_headgate: return "not_headgate";
    case error_code::unsupported_version: return "unsupported_version";
    case error_code::unknown_type: return "unknown_type";
    case error_code::unexpected_frame: return "unexpected_frame";
    case error_code::frame_too_large: return "frame_too_large";
    case error_code::bad_checksum: return "bad_checksum";
    case error_code::malformed_frame: return "malformed_frame";
    case error_code::malformed_records: return "malformed_records";
    case error_code::bad_compression: return "bad_compression";
    case error_code::limit_exceeded: return "limit_exceeded";
    case error_code::bad_sequence: return "bad_sequence";
    case error_code::credit_exceeded: return "credit_exceeded";
    case error_code::timeout: return "timeout";
    case error_code::internal: return "internal";
    case error_code::unauthorized: return "unauthorized";
    case error_code::quota_exceeded: return "quota_exceeded";
  }
  return "unknown";
}

std::string_view name(frame_status status) noexcept {
  switch (status) {
    case frame_status::taken: return "taken";
    case frame_status::unknown_topic: return "unknown_topic";
    case frame_status::ack_not_allowed: return "ack_not_allowed";
    case frame_status::no_records: return "no_records";
    case frame_status::forbidden: return "forbidden";
  }
  return "unknown";
}

std::string_view name(store_status status) noexcept {
  switch (status) {
    case store_status::done: return "done";
    case store_status::unknown_topic: return "unknown_topic";
    case store_status::not_a_store: return "not_a_store";
    case store_status::forbidden: return "forbidden";
    case store_status::no_room: return "no_room";
    case store_status::draining: return "draining";
    case store_status::invalid: return "invalid";
    case store_status::no_owner: return "no_owner";
    case store_status::not_visible: return "not_visible";
    case store_status::unreadable: return "unreadable";
  }
  return "unknown";
}

}  // namespace gateway::frames
