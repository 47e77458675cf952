// The checks that every POST of events passes before and behind the door, in the words that a client reads. Called by
// v1::ingest, the dialects' topic_post and the event store's appends; on the lane's thread, no state.
#pragma once

#include <boost/system/result.hpp>
#include <optional>
#include <string_view>

#include "gateway/api/media.h"
#include "gateway/config/settings.h"
#include "gateway/http1/endpoint.h"
#include "gateway/ingress/door.h"

namespace gateway::api {

/// Why an event posted now would not be taken; nothing: it would.
[[nodiscard]] std::optional<http1::problem> refusal_of(runtime::lane& on);

[[nodiscard]] http1::problem problem_of(ingress::refusal why);
[[nodiscard]] http1::problem unknown_topic(std::string_view name);
/// After a body was read: the budget has no room for its events.
[[nodiscard]] http1::problem nothing_taken();

/// A body is announced, and its type stands once.
[[nodiscard]] std::optional<http1::problem> check_body_head(const http1::request_head& head);
[[nodiscard]] std::optional<http1::problem> check_charset(const http1::request_head& head, body_kind kind);
/// Its coding; a problem too where its length is above limits.body_bytes_max.
[[nodiscard]] boost::system::result<decode::encoding, http1::problem> read_encoding(const http1::request_head& head,
                                                                                    const config::limits& limits);

/// The door's find() for asked.topic; errc::unknown_topic: nobody knows it.
[[nodiscard]] std::optional<http1::problem> find_topic(ingress::door& door, const ingress::request& asked,
                                                       bool body_is_here, ingress::plan& found);
[[nodiscard]] ingress::body body_of(std::string_view bytes, decode::encoding encoding, ingress::body_reader& reader,
                                    const config::limits& limits);

}  // namespace gateway::api
