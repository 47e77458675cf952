// One lane's connection to one broker: carries requests there and responses back, and decides nothing. It connects when
// the sender has something for the broker, and again after a pause when it was lost. Lane's thread.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <random>
#include <string>

#include "batching/cluster.h"
#include "batching/kafka/producer/round_trips.h"
#include "batching/kafka/producer/sender.h"
#include "batching/kafka/wire/buffer.h"
#include "metrics/snapshot.h"

namespace batching::kafka::producer {

struct connection_settings {
  std::chrono::milliseconds connect_time_max{10'000};
  std::chrono::milliseconds reconnect_pause_first{50};  // doubled up to the longest, with jitter
  std::chrono::milliseconds reconnect_pause_longest{1000};
};

/// On the lane's thread.
struct connection_hooks {
  std::function<void()> on_answers;  // the sender has had them, and the next request has left
  std::function<void()> on_lost;     // may be called from within pump() and check_times()
};

class connection {
 public:
  static constexpr std::size_t buffer_bytes_kept = 2 * 1024 * 1024;  // of each direction, between requests

  connection(boost::asio::io_context& io, sender& from, broker_address at, const connection_settings& settings,
             connection_hooks hooks);
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;

  /// Where to connect next time.
  void set_address(broker_address at) { address_ = std::move(at); }
  /// Sends what there is to send; connects first where needed.
  void pump(clock::time_point now);
  /// Closes what took too long.
  void check_times(clock::time_point now);

  /// As it is now, with counts since the start of the process.
  [[nodiscard]] metrics::broker_row seen() const;

 private:
  enum class state : std::uint8_t { closed, resolving, connecting, open };
  using executor = boost::asio::io_context::executor_type;
  using tcp = boost::asio::ip::tcp;
  using endpoints = tcp::resolver::results_type;
  using error_code = boost::system::error_code;

  void connect(clock::time_point now);
  void connect_to(const endpoints& found);
  void on_connected();
  void read();
  [[nodiscard]] bool take_responses();
  void send(clock::time_point now);
  void wait_for_room();
  void lose(const char* what, const std::string& why);
  [[nodiscard]] const char* state_name() const noexcept;
  /// A handler of a connection before this one does nothing.
  [[nodiscard]] bool is_current(std::uint64_t attempt) const noexcept { return attempt == attempt_; }

  sender* sender_;
  broker_address address_;
  const connection_settings* settings_;
  connection_hooks hooks_;
  boost::asio::basic_stream_socket<tcp, executor> socket_;
  boost::asio::ip::basic_resolver<tcp, executor> resolver_;
  state state_ = state::closed;
  std::uint64_t attempt_ = 0;
  clock::time_point began_{};         // connecting
  clock::time_point reconnect_at_{};  // not earlier
  std::uint32_t failures_ = 0;        // in a row
  std::minstd_rand random_{std::random_device{}()};
  wire::buffer out_;
  std::size_t written_ = 0;
  bool waits_for_room_ = false;
  wire::buffer in_;
  std::size_t received_ = 0;  // of in_
  metrics::broker_row seen_;  // its counts; seen() adds the rest
  round_trips trips_;
};

}  // namespace batching::kafka::producer
