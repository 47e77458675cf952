// One HTTP connection: moves bytes between its socket and its conversation, and ends it in good order. Lane thread
// only. Holds no buffer while it is idle; a request that is whole in one read is taken straight from the lane's scratch
// buffer, or with other small ones from the round's.
#pragma once

#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "batching/stream/byte_stream.h"
#include "gateway/http1/conversation.h"
#include "gateway/http1/input.h"
#include "gateway/http1/sessions.h"
#include "gateway/net/arrival.h"
#include "gateway/net/connection_limit.h"
#include "gateway/net/poller.h"
#include "gateway/net/room_queue.h"
#include "gateway/runtime/lane.h"

namespace gateway::http1 {

class http_session final : public runtime::timed,
                           private conversation_host,
                           private net::pollable,
                           private net::room_waiter,
                           public boost::intrusive_ref_counter<http_session, boost::thread_unsafe_counter> {
 public:
  // After the last answer the client's bytes are dropped for a while: closing at once would reset the connection, and
  // the client might never see that answer.
  static constexpr std::chrono::seconds linger_time_max{5};
  static constexpr std::chrono::seconds room_wait_max{10};  // then the request is refused: 503
  static constexpr std::uint64_t linger_bytes_max = 256ULL << 20;
  // So long a connection must have been idle to be ended by a drain: a client that was just answered, or that has just
  // connected, is about to send, and reads 503 rather than an end of stream.
  static constexpr std::chrono::milliseconds drain_quiet_time{200};

  static void start(http_lane& home, net::arrival from);
  http_session(http_lane& home, net::arrival from);

  /// At once and for good. Requests under way go on without their answer.
  void close() noexcept;

  void on_tick(batching::clock::time_point now) noexcept override;

  // The round's steps. The session may have closed since it asked for them; then they do nothing.
  void take_received(char* data, std::size_t size);
  void write_answers(std::string& to);
  void send(std::string_view answers);
  void on_answered();

 private:
  friend class http_lane;
  using self_ptr = boost::intrusive_ptr<http_session>;

  void on_answer_ready() noexcept override;
  void on_unknown_topic() noexcept override;
  void on_protocol_error(const problem& p) noexcept override;

  void on_ready(std::uint32_t events) noexcept override;
  [[nodiscard]] bool may_read() const noexcept;
  void read_on();
  void read_now();
  [[nodiscard]] std::size_t receive(char* to, std::size_t room);
  void receive_small();
  void wait_for_room();
  bool take_room() override;
  void wait_longer(batching::clock::time_point now);
  void end_wait_for_room() noexcept;
  void receive_on();
  void take(char* data, std::size_t size, std::size_t fresh);
  void go_on();
  void take_again();
  void take_later();
  void end_of_input();
  void flush();
  void keep_unsent(std::string_view rest);
  void forget_unsent() noexcept;
  void send_rest();
  void finish();
  void leave_if_silent();
  void linger() noexcept;
  void drop_input();
  [[nodiscard]] runtime::lane& on() noexcept { return home_->routes().on(); }

  http_lane* home_;
  batching::stream::byte_stream stream_;
  net::connection_limit::slot slot_;
  conversation talk_;
  http_input input_;                     // bytes of a request that is not whole yet
  std::unique_ptr<std::string> unsent_;  // answers the socket did not take yet
  std::size_t sent_ = 0;                 // of unsent_
  std::uint64_t dropped_bytes_ = 0;
  batching::clock::time_point active_at_;  // last read or write; since when it lingers
  std::shared_ptr<http_session*> asking_;  // co-owned by a question to Kafka under way; its session, or nullptr
  http_session* next_ = nullptr;           // in home's list
  http_session* previous_ = nullptr;
  batching::clock::time_point room_since_{};  // waits so long for room for the rest of a request
  bool waits_for_room_ = false;
  bool input_waits_ = false;   // the kernel may hold bytes of the client, or its end of stream
  bool client_ended_ = false;  // its end of stream is among what the kernel holds
  bool sends_little_ = false;  // its last read was of a small request: the next will most likely be
  bool read_posted_ = false;
  bool turn_posted_ = false;
  bool answer_due_ = false;  // in the round's list
  bool input_ended_ = false;
  bool lingering_ = false;
  bool closed_ = false;
};

}  // namespace gateway::http1
