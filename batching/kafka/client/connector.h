// Opens a TCP connection to a name and port: resolves it, and tries its addresses in turn, each for a few seconds, so
// that one that swallows packets holds up nobody for long. Used by connection.h and by `headgate check`. Lane's thread.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/system/result.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "batching/stream/byte_stream.h"

namespace batching::kafka::client {

class connector {
 public:
  /// The connected stream, or why there is none: one sentence for people. Not called from within start().
  using result = boost::system::result<stream::byte_stream, std::string>;
  using handler = std::function<void(result)>;

  static constexpr std::chrono::seconds address_time_max{3};  // of several; the last one has the time that is left
  /// Written and not acknowledged for so long: the connection is lost, however long the system would try.
  static constexpr std::chrono::milliseconds unacknowledged_max{20'000};
  static constexpr std::chrono::seconds keepalive_after{10};
  static constexpr std::chrono::seconds keepalive_every{5};

  explicit connector(boost::asio::io_context& io);

  void start(const std::string& host, std::uint16_t port, std::chrono::milliseconds time_max, handler done);
  /// The handler is not called any more.
  void cancel() noexcept;

 private:
  using executor = boost::asio::io_context::executor_type;
  using tcp = boost::asio::ip::tcp;
  using timer = boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                                  boost::asio::wait_traits<std::chrono::steady_clock>, executor>;

  void try_next(const std::string& why);
  void on_connected();
  void finish(result outcome);
  [[nodiscard]] bool is_current(std::uint64_t attempt) const noexcept { return attempt == attempt_; }

  boost::asio::ip::basic_resolver<tcp, executor> resolver_;
  boost::asio::basic_stream_socket<tcp, executor> socket_;
  timer timer_;
  handler done_;
  std::chrono::steady_clock::time_point until_{};
  std::vector<tcp::endpoint> left_;  // the next one last
  std::uint64_t attempt_ = 0;        // a handler of an attempt before this one does nothing
};

}  // namespace batching::kafka::client
