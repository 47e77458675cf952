#include "batching/kafka/client/probe.h"

#include <boost/asio/io_context.hpp>
#include <utility>

#include "batching/kafka/client/blocking_exchange.h"
#include "batching/kafka/client/connector.h"
#include "batching/kafka/client/opening.h"
#include "batching/kafka/wire/big_endian.h"
#include "batching/kafka/wire/protocol.h"

namespace batching::kafka::client {
namespace {

using wire::error_code;

// Its first bytes, where a client that speaks no TLS comes to a port that does.
bool is_tls_alert(std::string_view bytes) noexcept { return bytes.starts_with("\x15\x03"); }

class questions {
 public:
  questions(const connection_settings& settings, stream::byte_stream& over, blocking_exchange& talk)
      : settings_(settings), over_(over), talk_(talk), opening_(settings.opening) {}

  /// Versions and login. False: see failure().
  bool open() {
    wire::buffer out;
    while (!opening_.is_done()) {
      out.clear();
      if (!opening_.next_request(out) || !round_trip(out)) return false;
      if (!opening_.on_response(response())) return fail(opening_.failure());
    }
    return true;
  }
  bool ask(std::span<const std::string> topics, probe_answer& to);

  [[nodiscard]] const std::string& failure() const noexcept { return failure_; }

 private:
  bool fail(std::string why) {
    failure_ = std::move(why);
    return false;
  }
  [[nodiscard]] std::string_view response() const { return std::string_view(in_).substr(wire::length_bytes); }
  bool round_trip(const wire::buffer& out);
  bool on_silence();

  const connection_settings& settings_;
  stream::byte_stream& over_;
  blocking_exchange& talk_;
  opening opening_;
  std::string in_;
  std::string failure_;
};

bool questions::on_silence() {
  if (is_tls_alert(in_)) return fail("it speaks TLS on this port: write kafka.tls, or check the port");
  if (!over_.failure().empty()) return fail(over_.failure());
  if (opening_.is_done() && !settings_.opening.login)
    return fail(
        "it greets us and then closes the connection: it wants a login, write kafka.login (mechanism, username, "
        "password)");
  if (talk_.is_late()) return fail("it does not answer in time: is it a Kafka broker?");
  return fail(over_.is_secure() ? "it closes the connection: is it a Kafka broker?"
                                : "it closes the connection: does this port speak TLS (kafka.tls)?");
}

bool questions::round_trip(const wire::buffer& out) {
  in_.clear();
  if (!talk_.write(out.view())) return on_silence();
  const auto is_whole = [](std::string_view so_far, bool) {
    std::int32_t length = 0;
    std::string_view rest = so_far;
    return wire::take(rest, length) && length >= 0 && rest.size() >= static_cast<std::size_t>(length);
  };
  return talk_.read(in_, wire::response_bytes_max, is_whole) || on_silence();
}

bool questions::ask(std::span<const std::string> topics, probe_answer& to) {
  const std::int16_t version = opening_.common(wire::metadata_key, wire::metadata_lowest, wire::metadata_newest);
  if (version < 0) return fail("the broker is too old: Metadata requests of version 7 are needed (Kafka 2.1)");
  wire::buffer out;
  constexpr std::int32_t correlation = 1'000;
  wire::write_metadata(out, version, {correlation, settings_.opening.client_id}, topics);
  if (!round_trip(out)) return false;
  auto metadata = wire::read_metadata(response(), version);
  if (!metadata) return fail("its list of topics makes no sense");
  to.metadata = *std::move(metadata);
  out.clear();
  wire::write_init_producer_id(out, correlation + 1, settings_.opening.client_id);
  if (!round_trip(out)) return false;
  const auto producer = wire::read_init_producer_id(response());
  to.producer = producer ? producer->error : error_code::unknown_server_error;
  return true;
}

}  // namespace

probe_answer probe(const connection_settings& settings, const std::string& host, std::uint16_t port,
                   std::span<const std::string> topics, std::chrono::milliseconds time_max) {
  const auto until = blocking_exchange::clock::now() + time_max;
  boost::asio::io_context io{1};
  connector connecting(io);
  connector::result made = std::string("cannot connect: it takes too long");
  connecting.start(host, port, time_max / 2, [&](connector::result r) { made = std::move(r); });
  io.run_for(time_max);
  probe_answer answer;
  answer.is_unreachable = !made;
  if (!made) return answer.failure = made.error(), answer;
  stream::byte_stream over = std::move(*made);
  blocking_exchange talk(over, until);
  if (settings.tls) {
    auto context = settings.tls->current();
    if (!context) return answer.failure = "the files of kafka.tls cannot be used", answer;
    over.secure(std::move(context), host);
    if (!talk.handshake())
      return answer.failure = talk.is_late() ? "its TLS handshake takes too long" : over.failure(), answer;
  }
  questions q(settings, over, talk);
  if (!q.open() || !q.ask(topics, answer)) answer.failure = q.failure();
  return answer;
}

}  // namespace batching::kafka::client
