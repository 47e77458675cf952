// One connection to another instance: connects when it is needed, moves the bytes of peer_protocol, and pauses after a
// failure. A request that finds it closed is told not_sent, and asks again. Lane's thread. Made by lane_peers.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/basic_descriptor.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "batching/kafka/client/connection.h"
#include "batching/kafka/client/connector.h"
#include "batching/stream/byte_stream.h"
#include "batching/stream/io_result.h"
#include "gateway/peers/member_name.h"
#include "gateway/peers/peer_protocol.h"

namespace gateway::peers {

struct link_settings {
  protocol_settings protocol;
  std::shared_ptr<batching::kafka::client::tls_source> tls;  // co-owned by all lanes; nullptr: only plain connections
  std::chrono::milliseconds connect_time_max{2'000};
  std::chrono::milliseconds pause_after_failure{100};  // doubled up to the longest
  std::chrono::milliseconds pause_longest{500};
};

class peer_link {
 public:
  using time_point = std::chrono::steady_clock::time_point;
  static constexpr std::chrono::milliseconds look_every{100};
  static constexpr std::size_t read_bytes = 64 * 1024;

  peer_link(boost::asio::io_context& io, member_name to, const link_settings& settings);
  peer_link(const peer_link&) = delete;
  peer_link& operator=(const peer_link&) = delete;
  ~peer_link() { close(); }

  void append(std::string_view topic, std::span<const ::store::append> appends, std::chrono::milliseconds time_max,
              const peer_protocol::appends_told& told);
  void read(const stores::remote_read& what, const peer_protocol::piece_told& told);
  /// Tells whatever is open, as what is known of it.
  void close();
  [[nodiscard]] const member_name& to() const noexcept { return to_; }

 private:
  using executor = boost::asio::io_context::executor_type;
  using watcher = boost::asio::posix::basic_stream_descriptor<executor>;
  using timer = boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                                  boost::asio::wait_traits<std::chrono::steady_clock>, executor>;
  enum class state : std::uint8_t { closed, connecting, securing, open };

  void connect_if_due();
  void on_connected(batching::stream::byte_stream made);
  void shake_hands();
  void begin();
  void await_input();
  void await_room();
  void on_input();
  [[nodiscard]] std::string end_of(const batching::stream::io_result& read) const;
  void send();
  void send_soon();
  void keep_looking();
  void lose(const std::string& why);
  [[nodiscard]] bool is_current(std::uint64_t attempt) const noexcept { return attempt == attempt_; }

  member_name to_;
  const link_settings* settings_;
  boost::asio::io_context* io_;
  batching::kafka::client::connector connector_;
  batching::stream::byte_stream stream_;
  watcher watcher_;  // waits for stream_'s descriptor; does not own it
  timer timer_;
  std::optional<peer_protocol> protocol_;
  std::string received_;
  std::shared_ptr<batching::stream::tls_context> context_;  // of the connection
  state state_ = state::closed;
  std::uint64_t attempt_ = 0;  // a handler of an attempt before this one does nothing
  bool waits_for_room_ = false;
  bool waits_for_input_ = false;
  bool send_posted_ = false;
  std::size_t offered_ = 0;  // of the output, what may have left although it was not taken (TLS)
  std::uint32_t failures_ = 0;
  time_point connect_at_{};
};

}  // namespace gateway::peers
