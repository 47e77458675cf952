#include "batching/kafka/client/token_keeper.h"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <optional>
#include <utility>

#include "batching/files/secret_file.h"
#include "batching/kafka/client/blocking_exchange.h"
#include "batching/kafka/client/connector.h"
#include "batching/kafka/client/login/salted_passwords.h"
#include "batching/kafka/client/login/token_text.h"
#include "metrics/events.h"

namespace batching::kafka::client {

using login::token_or_not;
using metrics::happened;
using metrics::happening;
using wall = std::chrono::system_clock;
using steady = std::chrono::steady_clock;

namespace {

constexpr std::size_t answer_bytes_max = 256 * 1024;

std::string of_status(int status) {
  if (status == 400 || status == 401 || status == 403)
    return "refuses us with status " + std::to_string(status) + ": check client_id, client_secret and scope";
  return "answers with status " + std::to_string(status);
}

}  // namespace

token_keeper::token_keeper(token_endpoint_settings settings)
    : settings_(std::move(settings)),
      tls_([this] {
        stream::tls_settings tls;
        tls.ca = settings_.ca;
        tls.words = {.peer = "the token endpoint",
                     .ca = "write that authority's certificate as kafka.login.token_ca",
                     .name = "kafka.login.token_endpoint must have a name that its certificate has",
                     .plain = "write http in kafka.login.token_endpoint",
                     .certificate = "kafka.login.token_endpoint must be one that wants none",
                     .whom = "the token endpoint"};
        return tls;
      }()),
      thread_([this](const std::stop_token& stop) { keep(stop); }) {}

token_keeper::~token_keeper() {
  thread_.request_stop();
  changed_.notify_all();
}

token_or_not token_keeper::current() {
  const std::lock_guard lock(mutex_);
  if (now_.failure.empty() && wall::now() >= now_.found.expires_at) return {{}, "the token has expired"};
  return now_;
}

token_or_not token_keeper::await_first() {
  {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, first_patience, [this] { return was_asked_; });
  }
  return current();
}

std::uint64_t token_keeper::renewals() const {
  const std::lock_guard lock(mutex_);
  return renewals_;
}

// A token that holds on is not thrown away because the next one cannot be had.
void token_keeper::take(token_or_not answer) {
  if (!answer.failure.empty())
    happened(happening::credentials_unusable, "no token for Kafka: " + answer.failure, {{"endpoint", settings_.url}});
  {
    const std::lock_guard lock(mutex_);
    was_asked_ = true;
    const bool holds_on = now_.failure.empty() && wall::now() < now_.found.expires_at;
    if (answer.failure.empty()) ++renewals_;
    if (answer.failure.empty() || !holds_on) now_ = std::move(answer);
  }
  changed_.notify_all();
}

void token_keeper::keep(const std::stop_token& stop) {
  auto pause = pause_first;
  while (!stop.stop_requested()) {
    const auto asked_at = wall::now();
    token_or_not answer = ask();
    std::chrono::milliseconds wait = pause;
    if (answer.failure.empty()) {
      pause = pause_first;
      const auto life = std::chrono::duration_cast<std::chrono::milliseconds>(answer.found.expires_at - asked_at);
      wait = std::max<std::chrono::milliseconds>(life * used_percent / 100, pause_first);
    } else {
      pause = std::min(pause * 2, pause_longest);
    }
    take(std::move(answer));
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, stop, wait, [] { return false; });
  }
}

token_or_not token_keeper::ask() {
  const auto at = login::read_url(settings_.url);
  if (!at) return {{}, "the token endpoint is no http or https address"};
  std::string secret = settings_.client_secret;
  if (!settings_.client_secret_file.empty()) {
    auto read = files::read_secret(settings_.client_secret_file);
    if (!read.failure.empty()) return {{}, "the client secret cannot be had: " + read.failure};
    secret = std::move(read.value);
  }
  std::string form = "grant_type=client_credentials";
  if (!settings_.scope.empty()) form += "&scope=" + login::form_encoded(settings_.scope);
  const std::string credentials = login::form_encoded(settings_.client_id) + ":" + login::form_encoded(secret);
  const std::string request = "POST " + at->target + " HTTP/1.1\r\nHost: " + at->host + ":" + std::to_string(at->port) +
                              "\r\nAuthorization: Basic " + login::to_base64(credentials) +
                              "\r\nContent-Type: application/x-www-form-urlencoded\r\nAccept: application/json\r\n"
                              "Connection: close\r\nContent-Length: " +
                              std::to_string(form.size()) + "\r\n\r\n" + form;
  return exchange(*at, request);
}

token_or_not token_keeper::exchange(const login::url& at, const std::string& request) {
  const auto until = steady::now() + answer_time_max;
  boost::asio::io_context io{1};
  connector connecting(io);
  connector::result made = std::string("is not reached");
  connecting.start(at.host, at.port, answer_time_max / 2, [&](connector::result r) { made = std::move(r); });
  io.run_for(answer_time_max);
  if (!made) return {{}, "the token endpoint " + made.error()};
  stream::byte_stream over = std::move(*made);
  if (at.is_https) {
    auto context = tls_.current();
    if (!context) return {{}, "kafka.login.token_ca: " + tls_.problem()};
    over.secure(std::move(context), at.host);
  }
  blocking_exchange talk(over, until);
  if (!talk.handshake()) return {{}, "the token endpoint: " + over.failure()};
  if (!talk.write(request)) return {{}, "the token endpoint takes no request"};
  std::string got;
  std::optional<login::http_answer> answer;
  const auto is_whole = [&](std::string_view so_far, bool is_ended) {
    answer = login::read_http_answer(so_far, is_ended);
    return answer.has_value();
  };
  if (!talk.read(got, answer_bytes_max, is_whole))
    return {{}, "the token endpoint does not answer in time, or not in HTTP"};
  if (answer->status != 200) return {{}, "the token endpoint " + of_status(answer->status)};
  token_or_not token = login::read_token_answer(answer->body, wall::now());
  if (!token.failure.empty()) token.failure = "the token endpoint: " + token.failure;
  return token;
}

token_or_not token_file::current() {
  auto read = files::read_secret(path_);
  if (!read.failure.empty()) return {{}, "no token for Kafka: " + read.failure};
  token_or_not token = login::read_token(std::move(read.value));
  if (!token.failure.empty()) return {{}, "no token for Kafka: in the file " + path_ + ", " + token.failure};
  if (wall::now() >= token.found.expires_at) return {{}, "the token in " + path_ + " has expired: who renews it?"};
  return token;
}

}  // namespace batching::kafka::client
