// What the HTTP sessions of one listener share on one lane: the way from a request's head to its endpoint, and
// everything that is reused from request to request. Knows no socket. Built by app beside the listener, one a lane;
// outlives the lane's sessions.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/api/admin/source.h"
#include "gateway/api/endpoints.h"
#include "gateway/api/exchange.h"
#include "gateway/api/v1/ingest.h"
#include "gateway/http1/date.h"
#include "gateway/http1/request_parser.h"
#include "gateway/runtime/lane.h"

namespace gateway::api {

class front {
 public:
  static constexpr std::size_t idle_max = 1024;              // exchanges kept for reuse
  static constexpr std::size_t text_bytes_kept = 16 * 1024;  // of one buffer kept for reuse

  // A larger body, or a compressed one, is work: a session takes one such request a turn, and any number of others.
  static constexpr std::size_t light_bytes_max = 8 * 1024;

  /// `admin`: nullptr but on the admin listener.
  front(ingress::door& to, surface what, admin::admin_source* admin);
  front(const front&) = delete;
  front& operator=(const front&) = delete;

  enum class verdict : std::uint8_t {
    answered,    // the exchange has its answer; the request's body means nothing
    wants_body,  // take() it
    ask_kafka,   // an unknown topic: refresh the lane's topics, then route again
  };
  enum class attempt : std::uint8_t {
    first,
    asked_kafka,       // the topic was unknown, and Kafka has said which topics there are
    kafka_was_silent,  // the topic was unknown, and Kafka did not answer in time: nobody may say that there is none
    body_is_here,  // wants_body was said before; a full budget is submit's business now, not a reason to refuse unread
  };
  [[nodiscard]] verdict route(const http1::request_head& head, attempt which, exchange& x);
  /// After wants_body, in the same handler as the route() of the same head.
  void take(std::string_view body, exchange& x);

  /// An answer that is an error.
  void refuse(const http1::problem& p, exchange& x);

  /// Appends the finished answer of `x`, counts it and gives its ack back. `timed_out`: x.deadline has passed.
  void write(exchange& x, bool timed_out, std::string& to);

  [[nodiscard]] exchange& take_exchange();
  /// With an ack that is not settled: its records go on without it.
  void give_back(exchange& x) noexcept;
  /// For heads that are whole in one read; a session copies it to go on later.
  [[nodiscard]] http1::request_parser& parser() noexcept { return parser_; }

  /// Answers on their way to one socket: valid until the calling handler returns.
  [[nodiscard]] std::string& out() noexcept;

  [[nodiscard]] runtime::lane& on() noexcept { return *lane_; }
  [[nodiscard]] const config::limits& limits() const noexcept { return lane_->settings().limits; }

 private:
  verdict say_methods(std::string_view methods, exchange& x);  // the answer to OPTIONS
  std::optional<http1::problem> find(const http1::request_head& head);
  std::optional<http1::problem> read_target(std::string_view raw);
  void write_ack(exchange& x, bool timed_out);

  runtime::lane* lane_;
  surface surface_;
  admin::admin_source* admin_;
  v1::ingest ingest_;
  v1::ingest_plan plan_;
  http1::request_parser parser_;
  std::string target_text_;  // what target_ was read from
  std::string decoded_target_;
  http1::target target_;
  const endpoint* found_ = nullptr;  // at target_
  std::string body_;
  std::string out_;
  http1::http_date date_;
  std::vector<std::unique_ptr<exchange>> exchanges_;
};

}  // namespace gateway::api
