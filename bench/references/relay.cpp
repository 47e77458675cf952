// R-relay: the floor of any HTTP gateway. Reads POSTs, copies each body once into a ready-made record batch (one record
// a request, partitions in turn, CRC-32C), sends Produce requests over one connection with at most five under way, and
// answers 202 when Kafka has acked. It looks at nothing in a body.
//   bench-relay KAFKA_PORT TOPIC PARTITIONS   serves on a port of its choice until SIGTERM
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bench/generators/crc32c.h"

namespace {

constexpr std::string_view answer = "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n";
constexpr std::size_t requests_under_way_max = 5;
constexpr std::size_t batch_head_bytes = 61;  // of Kafka's record batch, version 2
constexpr std::size_t checksum_at = 17, checked_from = 21;

[[noreturn]] void die(const char* what) {
  std::perror(what);
  std::exit(1);
}

template <typename Integer>
void put(std::string& to, Integer value) {
  for (int shift = static_cast<int>(sizeof value) * 8 - 8; shift >= 0; shift -= 8)
    to += static_cast<char>((static_cast<std::uint64_t>(value) >> shift) & 0xffU);
}

void put_at(std::string& to, std::size_t at, std::uint32_t value) {
  for (std::size_t i = 0; i < 4; ++i) to[at + i] = static_cast<char>((value >> (24 - 8 * i)) & 0xffU);
}

void put_zigzag(std::string& to, std::int64_t value) {
  auto n = static_cast<std::uint64_t>((value << 1) ^ (value >> 63));
  for (; n >= 0x80; n >>= 7) to += static_cast<char>((n & 0x7fU) | 0x80U);
  to += static_cast<char>(n);
}

std::uint32_t read_u32(const char* from) {
  std::uint32_t value = 0;
  for (int i = 0; i < 4; ++i) value = value << 8 | static_cast<unsigned char>(from[i]);
  return value;
}

/// One partition's record batch while it is open: its head is written when it is closed.
struct open_batch {
  std::string bytes;
  std::uint32_t records = 0;

  void add(std::string_view body) {
    if (bytes.empty()) bytes.assign(batch_head_bytes, '\0');
    std::string head;
    head += '\0';  // attributes
    put_zigzag(head, 0);
    put_zigzag(head, records++);
    put_zigzag(head, -1);  // no key
    put_zigzag(head, static_cast<std::int64_t>(body.size()));
    put_zigzag(bytes, static_cast<std::int64_t>(head.size() + body.size() + 1));
    bytes.append(head).append(body);
    bytes += '\0';  // no headers
  }

  std::string close() {
    std::string head;
    const auto now =
        std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
            .count();
    put<std::int64_t>(head, 0);
    put(head, static_cast<std::uint32_t>(bytes.size() - 12));
    put<std::int32_t>(head, -1);
    head += '\2';
    put<std::uint32_t>(head, 0);  // the checksum comes last
    put<std::uint16_t>(head, 0);
    put(head, records - 1);
    put<std::int64_t>(head, now);
    put<std::int64_t>(head, now);
    put<std::int64_t>(head, -1);
    put<std::int16_t>(head, -1);
    put<std::int32_t>(head, -1);
    put(head, records);
    bytes.replace(0, batch_head_bytes, head);
    put_at(bytes, checksum_at,
           ~bench::generators::crc32c(0xffffffffU, bytes.data() + checked_from, bytes.size() - checked_from));
    records = 0;
    return std::exchange(bytes, {});
  }
};

/// One request to Kafka: the clients that wait for its answer, and the pieces that are still to be sent.
struct produce {
  std::vector<std::string> pieces;  // head, then for each partition its index and length, and its batch
  std::size_t piece = 0, sent = 0;
  std::vector<int> clients;
};

class kafka {
 public:
  kafka(std::uint16_t port, std::string topic, std::size_t partitions)
      : fd_(socket(AF_INET, SOCK_STREAM, 0)), topic_(std::move(topic)), open_(partitions) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(fd_, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0) die("bench-relay: connect to Kafka");
    const int on = 1;
    setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }

  [[nodiscard]] int fd() const { return fd_; }
  [[nodiscard]] bool has_to_send() const {
    return !under_way_.empty() && under_way_.back().piece < under_way_.back().pieces.size();
  }

  void add(std::string_view body, int client) {
    open_[next_].add(body);
    next_ = (next_ + 1) % open_.size();
    waiting_.push_back(client);
  }

  /// Sends all that has come together as one request, unless five are under way or the last one is not sent yet.
  void send() {
    if (!waiting_.empty() && under_way_.size() < requests_under_way_max && !has_to_send()) under_way_.push_back(make());
    while (has_to_send() && write_some(under_way_.back())) {
    }
  }

  /// Calls `answer_to(client)` for all whose bytes Kafka has acked.
  template <typename Answer>
  void receive(Answer answer_to) {
    const ssize_t got = ::recv(fd_, buffer_.data(), buffer_.size(), MSG_DONTWAIT);
    if (got <= 0) die("bench-relay: Kafka's connection");
    in_.append(buffer_.data(), static_cast<std::size_t>(got));
    std::size_t at = 0;
    for (; in_.size() - at >= 4 && in_.size() - at - 4 >= read_u32(in_.data() + at);
         at += 4 + read_u32(in_.data() + at)) {
      demand_success(in_.data() + at + 8);
      for (const int client : under_way_.front().clients) answer_to(client);
      under_way_.pop_front();
    }
    in_.erase(0, at);
  }

 private:
  produce make() {
    produce p;
    std::string head(4, '\0');
    put<std::int16_t>(head, 0);  // Produce
    put<std::int16_t>(head, 7);
    put<std::int32_t>(head, 0);
    put<std::int16_t>(head, -1);  // no client id
    put<std::int16_t>(head, -1);  // no transaction
    put<std::int16_t>(head, -1);  // acks: all
    put<std::int32_t>(head, 30'000);
    put<std::int32_t>(head, 1);
    put(head, static_cast<std::int16_t>(topic_.size()));
    head += topic_;
    std::uint32_t partitions = 0;
    for (const open_batch& b : open_) partitions += b.records > 0 ? 1 : 0;
    put(head, partitions);
    p.pieces.push_back(std::move(head));
    std::size_t bytes = p.pieces.front().size() - 4;
    for (std::size_t i = 0; i < open_.size(); ++i) {
      if (open_[i].records == 0) continue;
      std::string batch = open_[i].close(), place;
      put(place, static_cast<std::uint32_t>(i));
      put(place, static_cast<std::uint32_t>(batch.size()));
      bytes += place.size() + batch.size();
      p.pieces.push_back(std::move(place));
      p.pieces.push_back(std::move(batch));
    }
    put_at(p.pieces.front(), 0, static_cast<std::uint32_t>(bytes));
    p.clients = std::exchange(waiting_, {});
    return p;
  }

  /// False: the socket takes no more now.
  bool write_some(produce& p) {
    std::array<iovec, 64> parts;
    std::size_t n = 0;
    for (std::size_t i = p.piece; i < p.pieces.size() && n < parts.size(); ++i, ++n) {
      const std::size_t from = i == p.piece ? p.sent : 0;
      parts[n] = {p.pieces[i].data() + from, p.pieces[i].size() - from};
    }
    msghdr message{};
    message.msg_iov = parts.data();
    message.msg_iovlen = n;
    const ssize_t wrote = ::sendmsg(fd_, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (wrote < 0 && errno == EAGAIN) return false;
    if (wrote < 0) die("bench-relay: send to Kafka");
    p.sent += static_cast<std::size_t>(wrote);
    while (p.piece < p.pieces.size() && p.sent >= p.pieces[p.piece].size()) p.sent -= p.pieces[p.piece++].size();
    return true;
  }

  /// `topics` points at the array of topics in a Produce response, version 7.
  void demand_success(const char* topics) const {
    const char* at = topics + 4 + 2 + topic_.size();
    const std::uint32_t partitions = read_u32(at);
    at += 4;
    for (std::uint32_t i = 0; i < partitions; ++i, at += 30) {
      if (at[4] == 0 && at[5] == 0) continue;
      std::fprintf(stderr, "bench-relay: Kafka refuses partition %u with error %d\n", read_u32(at), at[5]);
      std::exit(1);
    }
  }

  int fd_;
  std::string topic_;
  std::vector<open_batch> open_;
  std::size_t next_ = 0;
  std::vector<int> waiting_;
  std::deque<produce> under_way_;
  std::vector<char> buffer_ = std::vector<char>(64 * 1024);
  std::string in_;
};

struct request {
  std::size_t head = 0, body = 0;
  [[nodiscard]] std::size_t bytes() const { return head + body; }
};

/// The first whole request of `in`; of no bytes: not whole yet.
request first_request(std::string_view in) {
  const std::size_t head = in.find("\r\n\r\n");
  if (head == std::string_view::npos) return {};
  std::size_t body = 0;
  if (const std::size_t at = in.find("Content-Length: "); at < head)
    body = std::strtoull(in.data() + at + 16, nullptr, 10);
  return in.size() >= head + 4 + body ? request{head + 4, body} : request{};
}

class relay {
 public:
  explicit relay(kafka to)
      : kafka_(std::move(to)), epoll_(epoll_create1(0)), listener_(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0)) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(listener_, reinterpret_cast<sockaddr*>(&at), sizeof at) != 0 || listen(listener_, 1024) != 0)
      die("bench-relay: listen");
    socklen_t length = sizeof at;
    getsockname(listener_, reinterpret_cast<sockaddr*>(&at), &length);
    std::printf("bench-relay ready http=127.0.0.1:%d\n", ntohs(at.sin_port));
    std::fflush(stdout);
    sigset_t quit;
    sigemptyset(&quit);
    sigaddset(&quit, SIGTERM);
    sigprocmask(SIG_BLOCK, &quit, nullptr);
    signal_ = signalfd(-1, &quit, 0);
    for (const int fd : {listener_, signal_, kafka_.fd()}) watch(EPOLL_CTL_ADD, fd, EPOLLIN);
  }

  void run() {
    std::vector<epoll_event> ready(512);
    for (bool wants_room = false;;) {
      const int n = epoll_wait(epoll_, ready.data(), static_cast<int>(ready.size()), -1);
      for (int i = 0; i < n; ++i) {
        const epoll_event& e = ready[static_cast<std::size_t>(i)];
        if (e.data.fd == signal_) return;
        serve(e.data.fd, e.events);
      }
      kafka_.send();
      if (kafka_.has_to_send() == wants_room) continue;
      wants_room = !wants_room;
      watch(EPOLL_CTL_MOD, kafka_.fd(), wants_room ? EPOLLIN | EPOLLOUT : EPOLLIN);
    }
  }

 private:
  void watch(int what, int fd, std::uint32_t events) const {
    epoll_event e{};
    e.events = events;
    e.data.fd = fd;
    epoll_ctl(epoll_, what, fd, &e);
  }

  void serve(int fd, std::uint32_t events) {
    if (fd == listener_) return accept_all();
    if (fd != kafka_.fd()) return read_requests(fd);
    if (events & EPOLLIN)
      kafka_.receive([](int client) {
        static_cast<void>(::send(client, answer.data(), answer.size(), MSG_NOSIGNAL));  // one that has gone wants none
      });
  }

  void accept_all() {
    for (int fd; (fd = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK)) >= 0; watch(EPOLL_CTL_ADD, fd, EPOLLIN)) {
      const int on = 1;
      setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      if (pending_.size() <= static_cast<std::size_t>(fd)) pending_.resize(static_cast<std::size_t>(fd) + 1);
      pending_[static_cast<std::size_t>(fd)].clear();
    }
  }

  void read_requests(int fd) {
    const ssize_t got = read(fd, buffer_.data(), buffer_.size());
    if (got <= 0) {
      close(fd);
      return;
    }
    std::string& pending = pending_[static_cast<std::size_t>(fd)];
    std::string_view in(buffer_.data(), static_cast<std::size_t>(got));
    if (!pending.empty()) in = pending.append(in);
    std::size_t used = 0;
    for (request r; (r = first_request(in.substr(used))).bytes() > 0; used += r.bytes())
      kafka_.add(in.substr(used + r.head, r.body), fd);
    std::string rest(in.substr(used));
    pending = std::move(rest);
  }

  kafka kafka_;
  int epoll_;
  int listener_;
  int signal_ = -1;
  std::vector<char> buffer_ = std::vector<char>(256 * 1024);
  std::vector<std::string> pending_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: bench-relay KAFKA_PORT TOPIC PARTITIONS\n");
    return 2;
  }
  relay r(kafka(static_cast<std::uint16_t>(std::atoi(argv[1])), argv[2], static_cast<std::size_t>(std::atoi(argv[3]))));
  r.run();
  return 0;
}
