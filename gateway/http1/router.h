// The way from a request's head to its endpoint and from the endpoint's word to the answer, with everything that the
// HTTP sessions of one listener reuse from request to request on one lane. Knows endpoints by their interface only, and
// no socket. Built by app beside the listener, one a lane; outlives the lane's sessions.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/decode/unpacker.h"
#include "gateway/http1/date.h"
#include "gateway/http1/endpoint.h"
#include "gateway/http1/exchange.h"
#include "gateway/http1/gatekeeper.h"
#include "gateway/http1/request_parser.h"
#include "gateway/http1/routes.h"
#include "gateway/runtime/lane.h"

namespace gateway::http1 {

class router {
 public:
  static constexpr std::size_t idle_max = 1024;              // exchanges kept for reuse
  static constexpr std::size_t text_bytes_kept = 16 * 1024;  // of one buffer kept for reuse

  // A larger body, or a compressed one, is work: a session takes one such request a turn, and any number of others.
  static constexpr std::size_t light_bytes_max = 8 * 1024;

  /// `gate`: nullptr: everybody goes on.
  router(runtime::lane& on, http1::routes table, std::unique_ptr<gatekeeper> gate = nullptr);
  router(const router&) = delete;
  router& operator=(const router&) = delete;

  enum class next : std::uint8_t {
    answered,    // the exchange has its answer or waits for it; the request's body means nothing, or is taken
    wants_body,  // take() it
    streams,     // feed() it as it comes; the exchange is under way
    ask_kafka,   // an unknown topic: refresh the lane's topics, then route again
    again,       // of take(): it has done a part of the work: route and take the same bytes again, in another turn
  };
  [[nodiscard]] next route(const request_head& head, kafka_word asked, bool body_is_here, exchange& x);
  /// After wants_body, in the same handler as the route() of the same head. Not wants_body.
  [[nodiscard]] next take(const request_head& head, std::string_view body, exchange& x);

  /// After streams, in any handler until the exchange is given back.
  [[nodiscard]] fed feed(exchange& x, std::string_view bytes, body_rest rest) { return x.by->feed(bytes, rest, x); }

  /// The request of that conversation is over, or nobody waits for it any more.
  void forget_body(const exchange_owner& of) noexcept { unpacker_.forget(&of); }

  /// The answer to what is no request, or only a part of one.
  void fail(const problem& p, exchange& x);

  /// Appends what is due of the answer of `x`. True: that was all of it, and it is counted. `timed_out`: x.deadline
  /// has passed.
  [[nodiscard]] bool write(exchange& x, bool timed_out, std::string& to);

  [[nodiscard]] exchange& take_exchange();
  /// With an ack that is not settled: its records go on without it.
  void give_back(exchange& x) noexcept;
  /// For heads that are whole in one read; a session copies it to go on later.
  [[nodiscard]] request_parser& parser() noexcept { return parser_; }

  /// Answers on their way to one socket: valid until the calling handler returns.
  [[nodiscard]] std::string& out() noexcept;

  [[nodiscard]] runtime::lane& on() noexcept { return *lane_; }
  [[nodiscard]] const config::limits& limits() const noexcept { return lane_->settings().limits; }
  [[nodiscard]] const http1::routes& table() const noexcept { return table_; }

 private:
  next say_methods(std::string_view methods, exchange& x);  // the answer to OPTIONS
  next say_methods_here(const request_head& head, exchange& x);
  [[nodiscard]] std::optional<problem> find(const request_head& head);
  [[nodiscard]] std::optional<problem> read_target(std::string_view raw);
  [[nodiscard]] call call_of(const request_head& head) const noexcept;
  next follow(planned said, exchange& x);
  void refuse(const problem& p, exchange& x);
  [[nodiscard]] bool unpack(const request_head& head, std::string_view body, exchange& x);
  bool write_piece(exchange& x, bool timed_out, std::string& to, const reply_form& form);
  void count(const exchange& x);

  runtime::lane* lane_;
  http1::routes table_;
  std::unique_ptr<gatekeeper> gate_;
  auth::principal who_;    // of the last request
  auth::ip_address from_;  // likewise
  request_parser parser_;
  std::string target_text_;  // what target_ was read from
  std::string decoded_target_;
  target target_;
  rows found_;                                // at target_
  const http1::route* row_ = nullptr;         // of the last request
  kafka_word asked_ = kafka_word::not_asked;  // of the last request
  bool body_is_here_ = false;                 // likewise
  decode::unpacker unpacker_;
  std::string body_;
  std::string out_;
  http_date date_;
  std::vector<std::unique_ptr<exchange>> exchanges_;
};

}  // namespace gateway::http1
