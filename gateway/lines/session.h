// One connection of `--lines`: newline-delimited events for one configured topic. Nobody is told anything: invalid and
// oversize lines are counted and logged, and where there is no room, now or in an event's partition, it stops reading
// until there is. Lane thread only; made and kept alive by lines_lane.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "batching/ack.h"
#include "batching/in_flight.h"
#include "batching/stream/byte_stream.h"
#include "gateway/auth/client.h"
#include "gateway/auth/identity.h"
#include "gateway/ingress/door.h"
#include "gateway/net/arrival.h"
#include "gateway/net/connection_limit.h"
#include "gateway/net/listener.h"
#include "gateway/net/receive_buffer.h"
#include "gateway/net/room_queue.h"
#include "gateway/net/room_wait.h"
#include "gateway/net/session_home.h"
#include "gateway/runtime/lane.h"

namespace gateway::lines {

class lines_session;

/// The state that the lines sessions of one lane share.
struct lines_lane {
  explicit lines_lane(ingress::door& to) : door(&to), starved(to.on()), home(to.on()) {}

  ingress::door* door;
  net::room_queue starved;                // for the rest of a line; sessions leave it when they close
  net::session_home<lines_session> home;  // closes them at its end
};

class lines_session final : public std::enable_shared_from_this<lines_session>,
                            private batching::ack_listener,
                            private net::pollable,
                            private net::room_waiter,
                            private runtime::timed {
 public:
  static constexpr int reads_per_cycle_max = 4;
  static constexpr int reads_at_drain_max = 1024;                  // 64 MiB: more than a kernel's receive buffer holds
  static constexpr std::chrono::milliseconds drain_wait_min{500};  // before silence counts: a tick may follow at once
  static constexpr std::chrono::seconds room_wait_max{10};         // for room for the rest of a line
  static constexpr std::chrono::seconds drain_wait_max{2};         // for the client's end of stream, after ours

  lines_session(lines_lane& lane, net::arrival from);
  void start();
  void close() noexcept;

 private:
  void on_acked(batching::ack& settled) noexcept override;
  void on_tick(batching::clock::time_point now) noexcept override;
  void on_settled() noexcept override;

  void on_ready(std::uint32_t events) noexcept override;
  [[nodiscard]] bool let_in();
  void read_on();
  void read_many(int reads_max);
  bool read_once();
  std::size_t read_some(char* to, std::size_t bytes, bool& more);
  [[nodiscard]] bool begins_with_tls();
  void process(std::string_view bytes);
  bool read_long_line(bool& more);
  [[nodiscard]] std::size_t long_line_bytes_max() const noexcept;
  bool take_room() override;
  [[nodiscard]] bool reserve_more();
  void give_up_line();
  std::string_view skip_oversize(std::string_view bytes);
  bool publish(std::string_view& lines, std::string& again);
  void wait_for_room(const batching::room_wanted& wanted);
  void report_forbidden();
  void keep_refused(const ingress::answer& said, std::string& again);
  void try_again();
  void keep(std::string_view again, std::string_view rest);
  void count_oversize();
  void say_topic_is_unknown();
  [[nodiscard]] bool is_in_the_way(batching::clock::time_point now) const;
  void drain(batching::clock::time_point now);
  void take_arrived();
  [[nodiscard]] runtime::lane& on() const noexcept { return lane_->door->on(); }

  lines_lane* lane_;
  batching::stream::byte_stream stream_;
  net::connection_limit::slot slot_;
  auth::client client_;
  auth::identity is_;
  net::receive_buffer pending_;
  net::room_wait wait_;               // of what is first in pending_
  batching::waiting_for_room waits_;  // to receive
  batching::clock::time_point waits_since_{};
  batching::clock::time_point line_begun_at_{};  // of the beginning of a line in pending_; our waiting does not count
  bool input_waits_ = false;                     // the kernel or the stream may hold bytes of the client, or its end
  bool client_ended_ = false;                    // its end of stream is among what the kernel holds
  bool read_posted_ = false;
  bool has_begun_ = false;
  bool blocked_ = false;   // no room, or the topic is not there (yet)
  bool skipping_ = false;  // within an oversize line
  bool end_of_stream_ = false;
  bool closed_ = false;
  bool has_read_ = false;  // since the last tick
  int drain_reads_ = 0;
  std::optional<batching::clock::time_point> drains_;  // since when
};

/// All lines sessions of one listener, whose lanes those of the doors are. Built by app beside the listener; destroyed
/// after the lanes' threads have ended and before the lanes are.
class lines_sessions {
 public:
  explicit lines_sessions(ingress::doors& of);

  /// For listener::start(); this object must outlive its use.
  [[nodiscard]] net::session_factory factory();

 private:
  std::vector<std::unique_ptr<lines_lane>> lanes_;
};

}  // namespace gateway::lines
