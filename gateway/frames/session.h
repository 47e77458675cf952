// One connection of the frame protocol: moves bytes between its stream and frames::session_protocol, hands PUBLISH
// frames to the lane's frame_intake, keeps the deadlines. Lane thread only; made and kept alive by tcp_lane.
//
// It stops reading (the kernel's buffer fills, then the client's) while it is blocked: the budget or the frame's topic
// is full, the client does not read its answers, or Kafka is being asked about a topic. Nothing is refused for want of
// room unless its partition or topic is stuck.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "batching/ack.h"
#include "batching/in_flight.h"
#include "batching/stream/byte_stream.h"
#include "gateway/auth/client.h"
#include "gateway/auth/identity.h"
#include "gateway/frames/frame_intake.h"
#include "gateway/frames/session_protocol.h"
#include "gateway/frames/store_intake.h"
#include "gateway/net/arrival.h"
#include "gateway/net/connection_limit.h"
#include "gateway/net/listener.h"
#include "gateway/net/receive_buffer.h"
#include "gateway/net/room_wait.h"
#include "gateway/net/session_home.h"
#include "gateway/runtime/lane.h"

namespace gateway::frames {

class tcp_session;

/// The event store's side of the sessions.
struct tcp_stores {
  stores::stores* all = nullptr;  // nullptr: there are none
  std::string peer_secret;
  std::string instance;
};

/// The state that the TCP sessions of one lane share.
struct tcp_lane {
  explicit tcp_lane(ingress::door& to, const tcp_stores& of);
  frames::session_limits limits;
  frame_intake intake;
  store_intake appends;
  std::string peer_secret;  // empty: no peer is let in as one
  std::string instance;     // our name, for peers
  net::session_home<tcp_session> home;
};

class tcp_session final : public std::enable_shared_from_this<tcp_session>,
                          private batching::ack_listener,
                          private net::pollable,
                          private runtime::timed {
 public:
  static constexpr int reads_per_cycle_max = 4;                    // then other sessions get their turn
  static constexpr std::chrono::seconds ack_time_after_error{10};  // open frames may still be answered so long
  static constexpr std::chrono::seconds linger_time{2};            // for the client's end of stream, after ours
  static constexpr std::chrono::seconds probe_time{5};
  /// Frames that unpack to so much, records counted as record_work_bytes each, are a turn: others have theirs then.
  static constexpr std::uint64_t work_bytes_max = 512 * 1024;
  static constexpr std::uint64_t record_work_bytes = 64;
  static constexpr std::size_t output_bytes_kept = 4096;  // room for answers that stays while there are none
  static constexpr int reads_at_drain_max = 256;          // 16 MiB of small frames: the window of credit, twice

  tcp_session(tcp_lane& lane, net::arrival from);
  void start();
  void close() noexcept;

 private:
  enum class block : std::uint8_t { none, full, memory, congested, topic, turn };
  using time_point = batching::clock::time_point;

  void on_acked(batching::ack& settled) noexcept override;
  void on_tick(time_point now) noexcept override;
  void on_settled() noexcept override;

  void on_ready(std::uint32_t events) noexcept override;
  void read_on();
  void on_readable();
  bool read_once();
  bool read_large_frame();
  bool read_into_scratch(std::size_t holds);
  void stop_reading(block why);
  void give_turn();
  std::size_t read_some(char* to, std::size_t bytes, bool& more);
  void on_end_of_stream();
  void process(std::string_view bytes);
  bool take_frame();
  void greet();
  void greet_peer();
  bool take_store_frame();
  void on_store_answer(store_intake::answer answer);
  void write_store_answers();
  [[nodiscard]] bool is_still_known(auth::principal& who);
  bool refuse(ingress::refusal why);
  void block_until_room(const batching::room_wanted& wanted);
  void resume_if_room();
  void ask_for_topic();
  void resume();

  void answer_soon();
  void answer();
  void write();
  void charge_output();
  void forget_output() noexcept;
  void end_if_done();
  void drain();

  void report_violation();
  void check_deadlines(time_point now);
  [[nodiscard]] bool frame_is_late(time_point now) const;
  [[nodiscard]] bool is_in_the_way(time_point now) const;
  [[nodiscard]] bool has_arrivals() noexcept;
  void keep_client_informed(time_point now);
  [[nodiscard]] bool is_ending() const noexcept;
  [[nodiscard]] runtime::lane& on() const noexcept { return lane_->intake.on(); }

  tcp_lane* lane_;
  batching::stream::byte_stream stream_;
  net::connection_limit::slot slot_;
  auth::client client_;
  auth::identity is_;  // with `auth` and behind HELLO
  frames::session_protocol protocol_;
  std::deque<store_intake::answer> store_answers_;  // of requests that are done and not written yet
  net::receive_buffer pending_;
  std::uint32_t wanted_ = 0;  // how many bytes pending_ must hold before it is worth to look again
  block blocked_ = block::none;
  bool input_waits_ = false;   // the kernel or the stream may hold bytes of the client, or its end
  bool client_ended_ = false;  // its end of stream is among what the kernel holds
  bool read_posted_ = false;
  bool writing_ = false;  // the socket took not all of the output: it says when there is room
  bool answer_posted_ = false;
  bool end_of_stream_ = false;
  bool sent_end_ = false;
  bool closed_ = false;
  bool reported_ = false;
  std::uint64_t work_ = 0;             // of the frames taken in this turn
  int drain_reads_ = 0;                // 0: it does not drain yet
  std::uint64_t asked_for_ = 0;        // sequence of the frame whose topic Kafka was asked about
  std::size_t written_ = 0;            // of protocol_.output()
  std::int64_t charged_output_ = 0;    // what the client does not read
  batching::waiting_for_room waits_;   // with block::memory
  batching::room_wanted wanted_room_;  // of the frame that waits
  net::room_wait wait_;                // that frame's
  time_point received_at_;
  time_point frame_begun_at_;
  time_point blocked_at_;
  time_point written_at_;
  time_point ending_at_;
};

/// All TCP sessions of one listener, whose lanes those of the doors are. Built by app beside the listener; destroyed
/// after the lanes' threads have ended and before the lanes are.
class tcp_sessions {
 public:
  explicit tcp_sessions(ingress::doors& of, const tcp_stores& stores = {});

  /// For listener::start(); this object must outlive its use.
  [[nodiscard]] net::session_factory factory();

 private:
  std::vector<std::unique_ptr<tcp_lane>> lanes_;
};

/// The answer to a client that does not speak TLS on a TLS listener: an ERROR frame.
[[nodiscard]] std::string answer_to_plain();

/// The limits that WELCOME names under these settings.
[[nodiscard]] frames::session_limits session_limits_of(const config::limits& limits, const batching::in_flight& budget);

}  // namespace gateway::frames
