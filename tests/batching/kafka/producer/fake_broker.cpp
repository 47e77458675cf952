#include "tests/batching/kafka/producer/fake_broker.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>
#include <utility>

namespace tests::direct {
namespace {

constexpr int look_again_ms = 10;
constexpr int socket_bytes = 64 * 1024;  // so little is taken at once that a request of some megabytes goes in parts

bool is_readable(int socket) {
  pollfd p{socket, POLLIN, 0};
  return poll(&p, 1, look_again_ms) > 0;
}

std::string with_length(const std::string& response) {
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<char>(response.size() >> shift & 0xff));
  return out + response;
}

constexpr char api_versions = 18;  // in byte 5 of a request, whose version is in byte 7

// An old broker's: version 3 is not known (error 35), Produce is taken in versions 0 to 7.
std::string versions_response(const std::string& request) {
  const bool is_known = request[7] == 0;
  std::string out = request.substr(8, 4);
  out.append(is_known ? std::string("\0\0\0\0\0\1", 6) : std::string("\0\x23\0\0\0\1", 6));
  return out.append(is_known ? std::string("\0\0\0\0\0\7", 6) : std::string("\0\x12\0\0\0\0", 6));
}

}  // namespace

fake_broker::fake_broker(responder respond, std::uint16_t port) : respond_(std::move(respond)) {
  listening_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int yes = 1;
  setsockopt(listening_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  setsockopt(listening_, SOL_SOCKET, SO_RCVBUF, &socket_bytes, sizeof socket_bytes);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  at.sin_port = htons(port);
  socklen_t size = sizeof at;
  if (bind(listening_, reinterpret_cast<sockaddr*>(&at), size) != 0 || listen(listening_, 8) != 0 ||
      getsockname(listening_, reinterpret_cast<sockaddr*>(&at), &size) != 0)
    throw std::runtime_error("the fake broker cannot listen");
  port_ = ntohs(at.sin_port);
  thread_ = std::jthread([this](const std::stop_token& stop) { serve(stop); });
}

fake_broker::~fake_broker() {
  thread_.request_stop();
  thread_.join();
  close(listening_);
}

std::vector<read_request> fake_broker::produced() const {
  const std::lock_guard lock(mutex_);
  return produced_;
}

std::optional<std::string> fake_broker::agree(const read_request& request) {
  if (request.api == init_producer_id) return producer_id_response(request.correlation, 7);
  std::vector<part_answer> answers;
  for (const read_part& p : request.parts) answers.push_back({p.topic, p.partition, error_code::none, 0});
  return produce_response(request.correlation, answers);
}

void fake_broker::serve(const std::stop_token& stop) {
  std::vector<std::jthread> conversations;
  while (!stop.stop_requested()) {
    if (!is_readable(listening_)) continue;
    const int socket = accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) continue;
    conversations.emplace_back([this, socket, stop] {
      converse(socket, stop);
      close(socket);
    });
  }
}

void fake_broker::converse(int socket, const std::stop_token& stop) {
  std::string received;
  std::vector<char> some(64 * 1024);
  while (!stop.stop_requested()) {
    if (!is_readable(socket)) continue;
    const ssize_t bytes = recv(socket, some.data(), some.size(), 0);
    if (bytes <= 0) return;
    received.append(some.data(), static_cast<std::size_t>(bytes));
    while (received.size() >= 4) {
      std::size_t length = 0;
      for (std::size_t i = 0; i < 4; ++i) length = length << 8 | static_cast<unsigned char>(received[i]);
      if (received.size() < 4 + length) break;
      const auto response = answer(received.substr(0, 4 + length));
      received.erase(0, 4 + length);
      if (!response) return;
      const std::string out = with_length(*response);
      if (::send(socket, out.data(), out.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(out.size())) return;
    }
  }
}

std::optional<std::string> fake_broker::answer(std::string request) {
  if (request[5] == api_versions) return versions_response(request);
  read_request read;
  {
    const std::lock_guard lock(mutex_);
    bytes_.push_back(std::move(request));
    read = read_one_request(bytes_.back());
    if (read.api == produce) produced_.push_back(read);
  }
  const std::lock_guard lock(responding_);
  return respond_(read);
}

}  // namespace tests::direct
