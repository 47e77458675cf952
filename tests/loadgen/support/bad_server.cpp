#include "tests/loadgen/support/bad_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <stdexcept>

namespace loadgen_tests {

namespace {

std::string id_of(std::string_view event) {
  constexpr std::string_view member = R"("eventId":")";
  const auto at = event.find(member);
  return at == std::string_view::npos ? std::string() : std::string(event.substr(at + member.size(), 47));
}

std::size_t content_length(std::string_view head) {
  constexpr std::string_view name = "Content-Length: ";
  const auto at = head.find(name);
  return at == std::string_view::npos ? 0 : std::stoul(std::string(head.substr(at + name.size(), 12)));
}

std::vector<std::string> lines_of(std::string_view body) {
  std::vector<std::string> lines;
  while (!body.empty()) {
    const auto end = body.find('\n');
    if (end != 0) lines.emplace_back(body.substr(0, end));
    if (end == std::string_view::npos) break;
    body.remove_prefix(end + 1);
  }
  return lines;
}

}  // namespace

bad_server::bad_server(faults how, sink into) : how_(how), sink_(std::move(into)) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener_, 256) != 0 ||
      ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("cannot listen");
  }
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { accept_all(); });
}

bad_server::~bad_server() {
  stopping_ = true;
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  {
    const std::lock_guard guard(lock_);
    for (const int fd : sockets_) ::shutdown(fd, SHUT_RDWR);
  }
  for (std::thread& each : connections_) each.join();
  ::close(listener_);
}

std::vector<std::string> bad_server::heads() const {
  const std::lock_guard guard(lock_);
  return heads_;
}

void bad_server::accept_all() {
  while (!stopping_) {
    const int fd = ::accept(listener_, nullptr, nullptr);
    if (fd < 0) return;
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const std::lock_guard guard(lock_);
    sockets_.push_back(fd);
    connections_.emplace_back([this, fd] { serve(fd); });
  }
}

void bad_server::serve(int fd) {
  std::string received;
  std::vector<char> buffer(256U << 10);
  bool open = true;
  while (open) {
    const auto head_end = received.find("\r\n\r\n");
    const std::size_t body_at = head_end == std::string::npos ? 0 : head_end + 4;
    const std::size_t whole = body_at == 0 ? 0 : body_at + content_length({received.data(), body_at});
    if (whole == 0 || received.size() < whole) {
      const ssize_t size = ::recv(fd, buffer.data(), buffer.size(), 0);
      if (size <= 0) break;
      received.append(buffer.data(), static_cast<std::size_t>(size));
      continue;
    }
    const std::string_view all(received);
    const reply answer = handle(all.substr(0, body_at), all.substr(body_at, whole - body_at));
    for (std::size_t sent = 0; sent < answer.bytes.size();) {
      const ssize_t more = ::send(fd, answer.bytes.data() + sent, answer.bytes.size() - sent, MSG_NOSIGNAL);
      if (more <= 0) break;
      sent += static_cast<std::size_t>(more);
    }
    open = !answer.close;
    received.erase(0, whole);
  }
  const std::lock_guard guard(lock_);
  sockets_.remove(fd);
  ::close(fd);
}

void bad_server::stall() const {
  if (how_.stall_each.count() == 0) return;
  const auto since = std::chrono::steady_clock::now() - born_;
  const auto into = std::chrono::duration_cast<std::chrono::milliseconds>(since) % how_.stall_each;
  if (into >= how_.stall_each - how_.stall_for) std::this_thread::sleep_for(how_.stall_each - into);
}

std::string bad_server::respond(const std::string& status, const std::string& body, const std::string& header) const {
  std::string text = "HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\n" + header;
  if (how_.close_after_answer) text += "Connection: close\r\n";
  if (!how_.chunked) return text + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  text += "Transfer-Encoding: chunked\r\n\r\n";
  for (std::size_t at = 0; at < body.size(); at += 10) {
    const std::string part = body.substr(at, 10);
    text += (part.size() == 10 ? std::string("a;x=1") : std::to_string(part.size())) + "\r\n" + part + "\r\n";
  }
  return text + "0\r\nTrailer: yes\r\n\r\n";
}

bad_server::reply bad_server::handle(std::string_view head, std::string_view body) {
  const std::uint64_t number = ++requests_;
  stall();
  if (how_.delay.count() > 0) std::this_thread::sleep_for(how_.delay);
  {
    const std::lock_guard guard(lock_);
    if (heads_.size() < 10) heads_.emplace_back(head);
  }
  if (chance(how_.busy_every, number)) {
    return {respond("503 Service Unavailable", R"({"code":"busy","detail":"full"})", "Retry-After: 0\r\n")};
  }
  if (chance(how_.garbage_every, number)) return {"SSH-2.0-OpenSSH_9.2\r\n\r\n", true};
  std::uint32_t events = 0;
  if (chance(how_.lie_every, number)) {
    events = static_cast<std::uint32_t>(lines_of(body).size());
    return {respond("200 OK",
                    R"({"events":)" + std::to_string(events) + R"(,"persisted":)" + std::to_string(events) + "}")};
  }
  std::string failures;
  {
    const std::lock_guard guard(lock_);
    failures = persist(body, events);
  }
  if (chance(how_.close_every, number)) return {"", true};
  std::uint32_t failed = static_cast<std::uint32_t>(std::count(failures.begin(), failures.end(), '{'));
  if (chance(how_.miscount_every, number)) ++failed;
  const std::string text = R"({"events":)" + std::to_string(events) + R"(,"persisted":)" +
                           std::to_string(events - failed) + R"(,"duplicate":0,"not_persisted":)" +
                           std::to_string(failed) + R"(,"failures":[)" + failures + "]}";
  return {respond(failed == 0 ? "200 OK" : "207 Multi-Status", text), how_.close_after_answer};
}

std::string bad_server::persist(std::string_view body, std::uint32_t& events) {
  std::string failures;
  std::vector<std::string> kept;
  for (std::string& event : lines_of(body)) {
    const std::uint64_t number = ++events_;
    const std::uint32_t index = events++;
    const bool denied = chance(how_.deny_every, number);
    bool failed = chance(how_.fail_every, number);
    if (failed && std::find(failed_.begin(), failed_.end(), id_of(event)) == failed_.end()) {
      failed_.push_back(id_of(event));
    } else {
      failed = false;
    }
    if (denied || failed) {
      failures += (failures.empty() ? R"({"index":)" : R"(,{"index":)") + std::to_string(index) +
                  R"(,"outcome":"not_persisted","code":"partition_full","detail":"full"})";
    }
    if (failed || chance(how_.lose_every, number)) continue;
    if (chance(how_.alter_every, number)) event[event.size() - 4] ^= 1;
    kept.push_back(event);
    if (chance(how_.repeat_every, number)) kept.push_back(event);
    if (chance(how_.swap_every, number) && kept.size() > 1) std::swap(kept[kept.size() - 1], kept[kept.size() - 2]);
  }
  if (sink_) sink_(kept);
  return failures;
}

}  // namespace loadgen_tests
