// The part that version 3's POSTs of records share: the head, the way through the door, the status, problems in the
// version's words. Its endpoints add their reader and their documents. One of each a lane.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/api/rest_proxy/partial_choice.h"
#include "gateway/api/rest_proxy/v3_reader.h"
#include "gateway/api/rest_proxy/v3_results.h"
#include "gateway/api/topic_post.h"

namespace gateway::api::rest_proxy {

/// Kept in the exchange from take() to write().
struct v3_taken : http1::exchange_state {
  std::string cluster;
  std::string topic;
  std::vector<v3_note> notes;
  [[nodiscard]] v3_place place() const noexcept { return {cluster, topic}; }
};

class v3_post : public http1::endpoint {
 public:
  void refuse(const http1::problem& p, http1::reply& r) final;

 protected:
  explicit v3_post(ingress::door& to) : post_(to) {}

  /// The answer of plan(); nothing: the head is in order.
  [[nodiscard]] std::optional<http1::planned> check_head(const http1::call& c, http1::exchange& x);
  /// The answer of take(); nothing: the records are taken, and `to` has all but what only the endpoint knows.
  [[nodiscard]] std::optional<http1::planned> take_records(const http1::call& c, std::string_view body,
                                                           v3_body_reader& with, v3_taken& to, http1::exchange& x);
  /// The head of the answer. `original`: its status where nobody asks for another.
  void begin_answer(http1::exchange& x, bool timed_out, int original);

  topic_post post_;
  partial_choice partial_;  // from plan() to take()
};

}  // namespace gateway::api::rest_proxy
