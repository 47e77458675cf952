// One connection of `--lines`: newline-delimited events for one configured topic. Nobody is told anything: invalid and
// oversize lines are counted and logged, and where there is no room, now or in an event's partition, it stops reading
// until there is. Lane thread only; made by lines_sessions(), owned by its pending handlers.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "batching/ack.h"
#include "gateway/ingress/door.h"
#include "gateway/net/connection_limit.h"
#include "gateway/net/listener.h"
#include "gateway/net/receive_buffer.h"
#include "gateway/net/room_wait.h"
#include "gateway/net/socket.h"
#include "gateway/runtime/lane.h"

namespace gateway::lines {

/// What the lines sessions of one lane share.
struct lines_tools {
  explicit lines_tools(ingress::door& to) : door(&to) {}

  ingress::door* door;
};

class lines_session final : public std::enable_shared_from_this<lines_session>,
                            private batching::ack_listener,
                            private runtime::timed {
 public:
  static constexpr int reads_per_cycle_max = 4;
  static constexpr int reads_at_drain_max = 1024;                  // 64 MiB: more than a kernel's receive buffer holds
  static constexpr std::chrono::milliseconds drain_wait_min{500};  // before silence counts: a tick may follow at once
  static constexpr std::chrono::seconds drain_wait_max{2};         // for the client's end of stream, after ours

  lines_session(std::shared_ptr<lines_tools> tools, net::tcp_socket socket, net::connection_limit::slot slot);
  ~lines_session();
  void start();

 private:
  void on_acked(batching::ack& settled) noexcept override;
  void on_tick(batching::clock::time_point now) noexcept override;
  void on_settled() noexcept override;

  void watch_for_hang_up();
  void wait_readable();
  void read_many(int reads_max);
  bool read_once();
  std::size_t read_some(char* to, std::size_t bytes, bool& more);
  void process(std::string_view bytes);
  std::string_view skip_oversize(std::string_view bytes);
  bool publish(std::string_view& lines, std::string& again);
  void wait_for_room(const batching::room_wanted& wanted);
  void keep_refused(const ingress::answer& said, std::string& again);
  void try_again();
  void keep(std::string_view again, std::string_view rest);
  void count_oversize();
  void drain(batching::clock::time_point now);
  void take_arrived();
  void close() noexcept;
  [[nodiscard]] runtime::lane& on() const noexcept { return tools_->door->on(); }

  std::shared_ptr<lines_tools> tools_;  // co-owned by the lane's other sessions and the factory
  net::tcp_socket socket_;
  net::connection_limit::slot slot_;
  net::receive_buffer pending_;
  net::room_wait wait_;  // of what is first in pending_
  bool reading_ = false;
  bool blocked_ = false;   // no room, or the topic is not there (yet)
  bool skipping_ = false;  // within an oversize line
  bool end_of_stream_ = false;
  bool closed_ = false;
  bool has_read_ = false;  // since the last tick
  int drain_reads_ = 0;
  std::optional<batching::clock::time_point> drains_;  // since when
};

/// For listener::start(); the doors are of the lanes that the listener was bound with.
[[nodiscard]] net::session_factory lines_sessions(ingress::doors& of);

}  // namespace gateway::lines
