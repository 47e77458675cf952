// The REST Proxy's words for what went wrong: HTTP status, its own error code, text. Both versions of the dialect use
// them; the codes are the original's, which its clients know.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "batching/outcome.h"
#include "gateway/api/answer_texts.h"
#include "gateway/http1/problem.h"
#include "gateway/http1/reply.h"

namespace gateway::api::rest_proxy {

enum code : int {
  unauthorized = 40101,
  forbidden = 40301,
  topic_not_found = 40401,
  partition_not_found = 40402,
  v3_topic_not_found = 40403,
  cluster_not_found = 404,
  batch_size_wrong = 42206,
  batch_id_twice = 42207,
  batch_id_wrong = 42208,
  not_retriable = 50002,
  retriable = 50003,
};

struct fault {
  int status = 400;
  int code = 400;
  std::string message;
};

/// A problem of the gateway in the dialect's form.
[[nodiscard]] fault fault_of(const http1::problem& p);
/// The code of one record that is not stored.
[[nodiscard]] int code_of(batching::outcome fate, batching::reason why) noexcept;
/// The text beside it. It begins with the outcome if the same record may succeed later: only that tells whether sending
/// it again may store it twice. `texts`: of the answer; where it has no more room, the outcome alone is told.
[[nodiscard]] std::string text_of(answer_texts& texts, batching::outcome fate, batching::reason why,
                                  std::string_view detail);
inline constexpr std::string_view as_others = "as others before it: see error_code";
/// Such a text of a record that was never taken: not_persisted, for this reason.
[[nodiscard]] std::string not_stored(std::string_view why);
/// 415: JSON in another charset than UTF-8.
[[nodiscard]] fault wrong_charset();

/// Appends {"error_code":..,"message":".."}.
void append_fault(std::string& to, int code, std::string_view message);
/// Makes it the whole answer.
void refuse(http1::reply& r, const fault& f, std::string_view content_type);

}  // namespace gateway::api::rest_proxy
