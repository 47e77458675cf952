#include "readmodel/app/status_server.h"

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <memory>
#include <utility>

#include "readmodel/app/options.h"

namespace readmodel::app {

namespace {

constexpr std::size_t request_bytes_max = 8 * 1024;
constexpr timeval request_time_max{2, 0};
constexpr int look_every_ms = 200;

std::int64_t wall_clock_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

std::string response(const char* status, const char* type, const std::string& body) {
  return std::string("HTTP/1.1 ") + status + "\r\nContent-Type: " + type +
         "\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n" + body;
}

int listen_at(const std::string& address, std::string& failure) {
  const auto [host, port] = parse_address(address, 9465);
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE;
  addrinfo* found = nullptr;
  if (::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found) != 0 || found == nullptr) {
    failure = address + " is no address";
    return -1;
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> all(found, &::freeaddrinfo);
  const int s = ::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int yes = 1;
  ::setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (s >= 0 && ::bind(s, found->ai_addr, found->ai_addrlen) == 0 && ::listen(s, 8) == 0) return s;
  failure = address + ": " + std::strerror(errno);
  if (s >= 0) ::close(s);
  return -1;
}

}  // namespace

std::string respond(const std::string& request, const shown& of, std::int64_t now_ms) {
  const bool is_head = request.starts_with("HEAD ");
  if (!is_head && !request.starts_with("GET ")) return response("405 Method Not Allowed", "text/plain", "GET only\n");
  const std::size_t begin = request.find(' ') + 1;
  const std::string path = request.substr(begin, request.find_first_of(" ?\r\n", begin) - begin);
  std::string whole;
  if (path == "/metrics")
    whole = response("200 OK", "text/plain; version=0.0.4; charset=utf-8", metrics_page(of, now_ms));
  else if (path == "/status.json" || path == "/")
    whole = response("200 OK", "application/json", status_page(of, now_ms));
  else if (path == "/healthz")
    whole = is_well(of) ? response("200 OK", "text/plain", "well\n")
                        : response("503 Service Unavailable", "text/plain", of.progress->trouble() + "\n");
  else
    whole = response("404 Not Found", "text/plain", "there are /metrics, /status.json and /healthz\n");
  return is_head ? whole.substr(0, whole.find("\r\n\r\n") + 4) : whole;
}

status_server::status_server(const std::string& address, shown of) : of_(std::move(of)) {
  listener_ = listen_at(address, failure_);
  if (listener_ >= 0) worker_ = std::jthread([this](const std::stop_token& stop) { serve(stop); });
}

status_server::~status_server() {
  if (worker_.joinable()) {
    worker_.request_stop();
    worker_.join();
  }
  if (listener_ >= 0) ::close(listener_);
}

void status_server::serve(const std::stop_token& stop) const {
  while (!stop.stop_requested()) {
    pollfd one{listener_, POLLIN, 0};
    if (::poll(&one, 1, look_every_ms) != 1) continue;
    const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) continue;
    ::setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &request_time_max, sizeof request_time_max);
    ::setsockopt(client, SOL_SOCKET, SO_SNDTIMEO, &request_time_max, sizeof request_time_max);
    answer(client);
    ::close(client);
  }
}

void status_server::answer(int client) const {
  std::string request;
  std::array<char, 2048> room{};
  while (request.find("\r\n\r\n") == request.npos) {
    const ssize_t n = ::recv(client, room.data(), room.size(), 0);
    if (n <= 0) return;
    request.append(room.data(), static_cast<std::size_t>(n));
    if (request.size() > request_bytes_max) return;
  }
  const std::string whole = respond(request, of_, wall_clock_ms());
  for (std::size_t sent = 0; sent < whole.size();) {
    const ssize_t n = ::send(client, whole.data() + sent, whole.size() - sent, MSG_NOSIGNAL);
    if (n <= 0) return;
    sent += static_cast<std::size_t>(n);
  }
}

}  // namespace readmodel::app
