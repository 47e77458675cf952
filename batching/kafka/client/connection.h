// One lane's connection to one broker: carries requests there and responses back, and decides nothing. It connects when
// the requester has something for the broker, and again after a pause when it was lost. Lane's thread.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <string>

#include "batching/cluster.h"
#include "batching/kafka/client/connector.h"
#include "batching/kafka/client/opening.h"
#include "batching/kafka/client/requester.h"
#include "batching/kafka/client/round_trips.h"
#include "batching/kafka/wire/buffer.h"
#include "batching/stream/byte_stream.h"
#include "metrics/snapshot.h"

namespace batching::kafka::client {

/// Gives the TLS context in force; a new one after a file was renewed. nullptr: it cannot be made now. Any thread.
class tls_source {
 public:
  virtual ~tls_source() = default;
  [[nodiscard]] virtual std::shared_ptr<stream::tls_context> current() = 0;
};

struct connection_settings {
  opening_settings opening;
  std::shared_ptr<tls_source> tls;                     // co-owned by all lanes; nullptr: connections are plain
  std::chrono::milliseconds opening_time_max{10'000};  // handshake, versions and login
  std::chrono::milliseconds refused_pause{5'000};      // at least, after a login or certificate was refused
  std::chrono::milliseconds connect_time_max{10'000};
  std::chrono::milliseconds reconnect_pause_first{50};  // doubled up to the longest, with jitter
  std::chrono::milliseconds reconnect_pause_longest{1000};
  /// A connection that carried nothing for so long is made anew before it is used: firewalls forget idle flows after
  /// four to five minutes and drop what comes later without a word.
  std::chrono::milliseconds idle_time_max{180'000};
};

/// On the lane's thread.
struct connection_hooks {
  std::function<void()> on_answers;  // the requester has had them, and the next request has left
  std::function<void()> on_lost;     // may be called from within pump() and check_times()
};

class connection {
 public:
  static constexpr std::size_t buffer_bytes_kept = 2 * 1024 * 1024;  // of each direction, between requests

  connection(boost::asio::io_context& io, requester& from, broker_address at, const connection_settings& settings,
             connection_hooks hooks);
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;
  ~connection();

  /// Sets the broker's address. A connection to another address ends once nothing is under way on it.
  void set_address(broker_address at);
  /// Sends what there is to send; connects first where needed.
  void pump(clock::time_point now);
  /// Connects where there is no connection, though nothing is to be sent: so it is known whether the broker is reached.
  void touch(clock::time_point now);
  /// It was tried for so long, and not one byte of Kafka's came back. 0: it is reached, or was not tried.
  [[nodiscard]] clock::duration unreached(clock::time_point now) const noexcept {
    return unreached_since_ == clock::time_point{} ? clock::duration::zero() : now - unreached_since_;
  }
  /// Closes what took too long.
  void check_times(clock::time_point now);

  /// As it is now, with counts since the start of the process; what the requester counts is not in it.
  [[nodiscard]] metrics::broker_row seen() const;

 private:
  enum class state : std::uint8_t { closed, connecting, securing, opening, open };
  using executor = boost::asio::io_context::executor_type;
  using watcher = boost::asio::posix::basic_stream_descriptor<executor>;
  using error_code = boost::system::error_code;

  [[nodiscard]] bool is_worn_out(clock::time_point now) const;
  void connect(clock::time_point now);
  void on_connected(stream::byte_stream made);
  [[nodiscard]] bool secure();
  void shake_hands();
  void begin_opening();
  void on_opened();
  void await_input();
  void await_room();
  void on_input();
  [[nodiscard]] bool take_response(std::string_view response);
  [[nodiscard]] bool next_request(clock::time_point now);
  void refuse(const std::string& why);
  [[nodiscard]] bool read_some();
  [[nodiscard]] bool take_responses();
  [[nodiscard]] bool make_room(std::string_view rest, std::size_t bytes);
  void send(clock::time_point now);
  [[nodiscard]] bool write_rest();
  void replace_once_idle();
  void close() noexcept;
  void lose(const char* what, const std::string& why);
  [[nodiscard]] const char* state_name() const noexcept;
  [[nodiscard]] bool is_current(std::uint64_t attempt) const noexcept { return attempt == attempt_; }

  requester* requester_;
  broker_address address_;
  const connection_settings* settings_;
  connection_hooks hooks_;
  connector connector_;
  stream::byte_stream stream_;
  watcher watcher_;  // waits for stream_'s descriptor; does not own it
  state state_ = state::closed;
  std::uint64_t attempt_ = 0;         // a handler of a connection before this one does nothing
  clock::time_point reconnect_at_{};  // not earlier
  clock::time_point used_at_{};       // something was sent or came
  std::uint32_t failures_ = 0;        // in a row
  clock::time_point unreached_since_{};
  std::minstd_rand random_{std::random_device{}()};
  wire::buffer out_;
  std::size_t written_ = 0;
  bool is_replaced_soon_ = false;  // nothing more is sent on it
  bool renews_login_ = false;      // it ended because its login was about to
  bool is_offered_ = false;        // the newest request was given to an encrypted stream: it may have left
  bool waits_for_room_ = false;
  bool waits_for_input_ = false;
  std::optional<opening> opening_;
  std::shared_ptr<stream::tls_context> context_;  // that the connection was made with
  clock::time_point began_{};                     // connecting
  clock::time_point login_ends_{};                // nothing more is sent then
  wire::buffer in_;
  std::size_t received_ = 0;  // of in_
  metrics::broker_row seen_;  // its counts; seen() adds the rest
  round_trips trips_;
};

}  // namespace batching::kafka::client
