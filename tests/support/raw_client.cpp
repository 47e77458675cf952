#include "tests/support/raw_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <utility>

namespace tests {
namespace {

using clock = std::chrono::steady_clock;

int milliseconds_until(clock::time_point t) {
  return static_cast<int>(
      std::max<std::int64_t>(0, std::chrono::ceil<std::chrono::milliseconds>(t - clock::now()).count()));
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

http_answer parse_head(const std::string& head) {
  http_answer a;
  a.head = head;
  a.status = std::atoi(head.substr(9, 3).c_str());
  std::size_t at = head.find("\r\n") + 2;
  while (at < head.size()) {
    const std::size_t end = head.find("\r\n", at);
    const std::size_t colon = head.find(':', at);
    if (colon < end) a.fields[lower(head.substr(at, colon - at))] = head.substr(colon + 2, end - colon - 2);
    at = end + 2;
  }
  return a;
}

}  // namespace

raw_client::raw_client(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int one = 1;
  ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (::connect(fd_, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) {
    std::perror("connect");
    std::abort();
  }
}

raw_client::~raw_client() { close(); }

raw_client::raw_client(raw_client&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), read_(std::move(other.read_)) {}

void raw_client::close() {
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

bool raw_client::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

void raw_client::end_output() { ::shutdown(fd_, SHUT_WR); }

raw_client::got raw_client::read_some(clock::time_point until) {
  pollfd p{fd_, POLLIN, 0};
  if (::poll(&p, 1, milliseconds_until(until)) <= 0) return got::nothing;
  char buffer[65536];
  const ssize_t n = ::recv(fd_, buffer, sizeof buffer, 0);
  if (n <= 0) return got::end;
  read_.append(buffer, static_cast<std::size_t>(n));
  return got::bytes;
}

std::optional<http_answer> raw_client::answer(std::chrono::milliseconds within, bool without_body) {
  const auto until = clock::now() + within;
  std::size_t end = 0;
  while ((end = read_.find("\r\n\r\n")) == std::string::npos)
    if (read_some(until) != got::bytes) return std::nullopt;
  http_answer a = parse_head(read_.substr(0, end + 2));
  read_.erase(0, end + 4);
  if (without_body || a.status == 100) return a;
  const std::size_t length = std::strtoull(a.fields["content-length"].c_str(), nullptr, 10);
  while (read_.size() < length)
    if (read_some(until) != got::bytes) return std::nullopt;
  a.body = read_.substr(0, length);
  read_.erase(0, length);
  return a;
}

bool raw_client::is_ended(std::chrono::milliseconds within) {
  return read_.empty() && read_some(clock::now() + within) == got::end;
}

std::string raw_client::everything(std::chrono::milliseconds within) {
  const auto until = clock::now() + within;
  while (read_some(until) == got::bytes) {
  }
  return std::exchange(read_, {});
}

std::string post(std::string_view body, std::string_view content_type, std::string_view query, std::string_view fields,
                 std::string_view topic) {
  std::string text =
      "POST /v1/topics/" + std::string(topic) + "/events" + std::string(query) + " HTTP/1.1\r\nHost: t\r\n";
  if (!content_type.empty()) text += "Content-Type: " + std::string(content_type) + "\r\n";
  text += std::string(fields) + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n";
  return text += body;
}

std::string get(std::string_view target, std::string_view fields) {
  return "GET " + std::string(target) + " HTTP/1.1\r\nHost: t\r\n" + std::string(fields) + "\r\n";
}

}  // namespace tests
