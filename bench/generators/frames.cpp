// bench-frames: a load generator for the frame protocol, written from docs/protocol.md alone. One thread, some
// connections, as much in flight as credit allows. Prints one line of JSON.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "bench/generators/crc32c.h"
#include "bench/references/event_pool.h"

namespace {

using bench::references::event_pool;

constexpr std::size_t header_bytes = 12;
enum type : std::uint8_t { hello = 1, welcome = 2, publish = 3, ack = 4, credit = 5, close_frame = 8, error_frame = 9 };

[[noreturn]] void die(const std::string& what) {
  std::fprintf(stderr, "bench-frames: %s\n", what.c_str());
  std::exit(1);
}

template <class T>
void put(std::string& to, T value) {
  to.append(reinterpret_cast<const char*>(&value), sizeof value);
}
template <class T>
T get(const char* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

std::string frame(std::uint8_t of_type, const std::string& payload) {
  std::string f;
  put(f, static_cast<std::uint32_t>(payload.size()));
  put(f, of_type);
  put(f, std::uint8_t{0});
  put(f, std::uint16_t{0});
  put(f, std::uint32_t{0});
  f += payload;
  bench::generators::stamp_checksum(f.data(), f.size());
  return f;
}

std::string publish_frame(const event_pool& pool, std::size_t first, std::size_t records, const std::string& topic) {
  std::string block;
  for (std::size_t i = first; i < first + records; ++i) {
    put(block, static_cast<std::uint32_t>(pool.value(i).size()));
    put(block, static_cast<std::uint16_t>(pool.key(i).size()));
    put(block, std::uint16_t{0});
    block += pool.key(i);
    block += pool.value(i);
  }
  std::string p;
  put(p, std::uint64_t{0});  // the sequence, set when it is sent
  put(p, std::uint32_t{0});  // ack, on_invalid, compression, results: the topic's defaults
  put(p, std::uint16_t{0});
  put(p, static_cast<std::uint16_t>(topic.size()));
  put(p, static_cast<std::uint32_t>(records));
  put(p, static_cast<std::uint32_t>(block.size()));
  return frame(publish, p + topic + block);
}

struct totals {
  std::uint64_t records = 0;
  std::uint64_t persisted = 0;
  std::uint64_t other = 0;
};

class connection {
 public:
  connection(const char* address, std::uint16_t port, const std::vector<std::string>& frames, std::size_t records)
      : frames_(&frames), records_(records), at_(0), fd_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    if (inet_pton(AF_INET, address, &to.sin_addr) != 1) die("bad address");
    if (connect(fd_, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0) die("cannot connect");
    const int on = 1;
    setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    std::string p = "HEADGATE";
    put(p, std::uint16_t{1});
    put(p, std::uint16_t{1});
    put(p, std::uint64_t{0});
    put(p, std::uint16_t{12});
    const std::string first = frame(hello, p + "bench-frames");
    if (send(fd_, first.data(), first.size(), 0) != static_cast<ssize_t>(first.size())) die("cannot send HELLO");
    while (credit_sequence_ == 0) receive(totals_);
  }
  ~connection() { close(fd_); }
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;

  [[nodiscard]] int fd() const { return fd_; }
  [[nodiscard]] bool wants_to_send(bool going) const {
    if (!out_.empty()) return true;
    const std::size_t next = (*frames_)[at_].size();
    return going && sequence_ < credit_sequence_ && sent_bytes_ + next <= credit_bytes_;
  }
  [[nodiscard]] bool all_answered() const { return out_.empty() && answered_ == sequence_; }
  [[nodiscard]] const totals& counted() const { return totals_; }

  void send_some() {
    if (out_.empty()) {
      out_ = (*frames_)[at_];
      at_ = (at_ + 1) % frames_->size();
      const std::uint64_t sequence = ++sequence_;
      std::memcpy(out_.data() + header_bytes, &sequence, sizeof sequence);
      bench::generators::stamp_checksum(out_.data(), out_.size());
      sent_bytes_ += out_.size();
      totals_.records += records_;
    }
    const ssize_t n = send(fd_, out_.data() + out_at_, out_.size() - out_at_, MSG_DONTWAIT);
    if (n < 0 && errno != EAGAIN) die("send failed");
    if (n > 0) out_at_ += static_cast<std::size_t>(n);
    if (out_at_ == out_.size()) {
      out_.clear();
      out_at_ = 0;
    }
  }

  void receive() { receive(totals_); }

 private:
  void receive(totals& to) {
    char buffer[64 * 1024];
    const ssize_t n = recv(fd_, buffer, sizeof buffer, 0);
    if (n <= 0) die("the gateway ended the connection");
    in_.append(buffer, static_cast<std::size_t>(n));
    std::size_t used = 0;
    while (in_.size() - used >= header_bytes) {
      const auto length = get<std::uint32_t>(in_.data() + used);
      if (in_.size() - used < header_bytes + length) break;
      take(static_cast<std::uint8_t>(in_[used + 4]), in_.data() + used + header_bytes, length, to);
      used += header_bytes + length;
    }
    in_.erase(0, used);
  }

  void take(std::uint8_t of_type, const char* p, std::size_t length, totals& to) {
    switch (of_type) {
      case welcome:
        credit_sequence_ = get<std::uint64_t>(p + 20);
        credit_bytes_ = get<std::uint64_t>(p + 28);
        break;
      case credit:
        credit_sequence_ = get<std::uint64_t>(p);
        credit_bytes_ = get<std::uint64_t>(p + 8);
        break;
      case ack:
        answered_ = get<std::uint64_t>(p);
        to.persisted += get<std::uint32_t>(p + 16);
        for (std::size_t at = 20; at <= 44; at += 4) to.other += get<std::uint32_t>(p + at);
        break;
      case error_frame: die("ERROR: " + std::string(p + 20, length - 20));
      case close_frame: die("the gateway closes");
      default: break;
    }
  }

  const std::vector<std::string>* frames_;
  std::size_t records_;
  std::size_t at_;
  int fd_;
  std::string in_;
  std::string out_;
  std::size_t out_at_ = 0;
  std::uint64_t sequence_ = 0;
  std::uint64_t answered_ = 0;
  std::uint64_t sent_bytes_ = 0;
  std::uint64_t credit_sequence_ = 0;
  std::uint64_t credit_bytes_ = 0;
  totals totals_;
};

}  // namespace

int main(int argc, char** argv) {
  std::string address = "127.0.0.1";
  std::string topic;
  std::uint16_t port = 7070;
  std::size_t event_bytes = 256;
  std::size_t records = 250;
  std::size_t connections = 4;
  double seconds = 5;
  CLI::App app("Publishes frames as fast as credit allows");
  app.add_option("--address", address);
  app.add_option("--port", port);
  app.add_option("--topic", topic)->required();
  app.add_option("--size", event_bytes, "bytes of a value")->check(CLI::Range(200, 1'000'000));
  app.add_option("--records", records, "records a frame");
  app.add_option("--connections", connections);
  app.add_option("--seconds", seconds);
  CLI11_PARSE(app, argc, argv);

  const event_pool pool({.events = 64 * records, .event_bytes = event_bytes});
  std::vector<std::string> frames;
  for (std::size_t i = 0; i < 64; ++i) frames.push_back(publish_frame(pool, i * records, records, topic));
  std::vector<std::unique_ptr<connection>> open;
  for (std::size_t i = 0; i < connections; ++i)
    open.push_back(std::make_unique<connection>(address.c_str(), port, frames, records));

  const auto start = std::chrono::steady_clock::now();
  const auto elapsed = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(); };
  std::vector<pollfd> ready(connections);
  for (bool all = false; !all;) {
    const bool going = elapsed() < seconds;
    for (std::size_t i = 0; i < connections; ++i)
      ready[i] = {open[i]->fd(), static_cast<short>(POLLIN | (open[i]->wants_to_send(going) ? POLLOUT : 0)), 0};
    poll(ready.data(), ready.size(), 100);
    all = !going;
    for (std::size_t i = 0; i < connections; ++i) {
      if (ready[i].revents & (POLLIN | POLLHUP | POLLERR)) open[i]->receive();
      if (ready[i].revents & POLLOUT) open[i]->send_some();
      all = all && open[i]->all_answered();
    }
    if (elapsed() > seconds + 60) die("no answer for a minute");
  }
  totals sum;
  for (const auto& c : open) {
    sum.records += c->counted().records;
    sum.persisted += c->counted().persisted;
    sum.other += c->counted().other;
  }
  std::printf("{\"records\":%llu,\"persisted\":%llu,\"other\":%llu,\"seconds\":%.4f}\n",
              static_cast<unsigned long long>(sum.records), static_cast<unsigned long long>(sum.persisted),
              static_cast<unsigned long long>(sum.other), elapsed());
  return sum.persisted == sum.records ? 0 : 1;
}
