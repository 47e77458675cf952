// The header fields of an append: the version it expects, and the ids of its events if the events bring
// none of their own. Pure.
#pragma once

#include <boost/system/result.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/http1/problem.h"
#include "gateway/http1/request.h"

namespace gateway::api::store {

struct append_fields {
  std::optional<std::uint64_t> expected_version;  // nullopt: any
  bool is_precondition = false;                   // said by If-Match or If-None-Match: a conflict is a 412
  std::string event_id;                           // Headgate-Event-Id: of a single event
  std::string idempotency_key;                    // of the request; its events are KEY:0, KEY:1, ..
};

[[nodiscard]] boost::system::result<append_fields, http1::problem> read_append_fields(const http1::request_head& head);

/// "12", W/"12" (a proxy that compresses weakens it) or 12; nullopt: anything else.
[[nodiscard]] std::optional<std::uint64_t> version_of_etag(std::string_view text) noexcept;
/// Whether a list of If-None-Match names this version, or is `*` where there is any.
[[nodiscard]] bool names_version(std::string_view if_none_match, std::uint64_t version) noexcept;
/// A whole decimal number.
[[nodiscard]] std::optional<std::uint64_t> read_number(std::string_view text) noexcept;

}  // namespace gateway::api::store
