// bench-open-loop: single POSTs at a fixed rate. Latency counts from the moment a request was due, so a slow answer
// cannot hide the ones that had to wait behind it. "queued" tells how many were due while every connection waited for
// its answer: with many of them the loop was closed, and --connections too few. Prints one line of JSON.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "bench/references/event_pool.h"

namespace {

using clock_type = std::chrono::steady_clock;

[[noreturn]] void die(const char* what) {
  std::perror(what);
  std::exit(1);
}

struct connection {
  int fd = -1;
  bool busy = false;
  std::size_t request = 0;
  std::string in;
};

int connect_to(const char* address, std::uint16_t port) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  if (inet_pton(AF_INET, address, &to.sin_addr) != 1) die("bench-open-loop: address");
  if (connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0) die("bench-open-loop: connect");
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fd;
}

/// The status of the answer in `in` once it is whole, else 0.
int whole_answer(const std::string& in) {
  const std::size_t head = in.find("\r\n\r\n");
  if (head == std::string::npos) return 0;
  std::size_t at = in.find("Content-Length:");
  if (at == std::string::npos) at = in.find("content-length:");
  const std::size_t body = at < head ? std::strtoull(in.c_str() + at + 15, nullptr, 10) : 0;
  return in.size() >= head + 4 + body ? std::atoi(in.c_str() + 9) : 0;
}

}  // namespace

int main(int argc, char** argv) {
  std::string address = "127.0.0.1";
  std::string path;
  std::uint16_t port = 8080;
  std::size_t connections = 1024;  // 100 ms of the default rate
  double rate = 10'000;
  double seconds = 5;
  CLI::App app("Single POSTs at a fixed rate, open loop");
  app.add_option("--address", address);
  app.add_option("--port", port);
  app.add_option("--path", path)->required();
  app.add_option("--connections", connections);
  app.add_option("--rate", rate);
  app.add_option("--seconds", seconds);
  CLI11_PARSE(app, argc, argv);

  const bench::references::event_pool pool({});
  const auto total = static_cast<std::size_t>(rate * seconds);
  std::vector<double> latency_ms;
  latency_ms.reserve(total);
  std::vector<connection> all(connections);
  std::vector<std::size_t> idle;
  const int epoll = epoll_create1(0);
  const int timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
  const auto watch = [&](int fd, std::uint64_t tag) {
    epoll_event e{};
    e.events = EPOLLIN;
    e.data.u64 = tag;
    epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &e);
  };
  for (std::size_t i = 0; i < connections; ++i) {
    all[i].fd = connect_to(address.c_str(), port);
    watch(all[i].fd, i);
    idle.push_back(i);
  }
  watch(timer, connections);

  const auto start = clock_type::now() + std::chrono::milliseconds(10);
  const std::chrono::duration<double> gap(1.0 / rate);
  const auto due = [&](std::size_t i) {
    return start + std::chrono::duration_cast<clock_type::duration>(gap * static_cast<double>(i));
  };
  std::size_t next = 0;
  std::size_t answered = 0;
  std::size_t refused = 0;
  std::size_t queued = 0;
  bool all_busy = false;
  std::string request;
  std::vector<epoll_event> ready(connections + 1);
  const auto send_due = [&] {
    for (const auto now = clock_type::now(); next < total && !idle.empty() && due(next) <= now; ++next) {
      connection& c = all[idle.back()];
      idle.pop_back();
      const auto value = pool.value(next % pool.size());
      request = "POST " + path + " HTTP/1.1\r\nHost: gateway\r\nContent-Type: application/json\r\nContent-Length: " +
                std::to_string(value.size()) + "\r\n\r\n";
      request += value;
      c.request = next;
      if (all_busy) ++queued;
      if (write(c.fd, request.data(), request.size()) < 0) die("bench-open-loop: write");
    }
    all_busy = idle.empty();
    if (next == total) return;
    const auto at = due(next).time_since_epoch();
    itimerspec when{};
    when.it_value.tv_sec = std::chrono::duration_cast<std::chrono::seconds>(at).count();
    when.it_value.tv_nsec =
        (std::chrono::duration_cast<std::chrono::nanoseconds>(at) % std::chrono::seconds(1)).count();
    timerfd_settime(timer, TFD_TIMER_ABSTIME, &when, nullptr);
  };
  send_due();
  char buffer[16 * 1024];
  while (answered < total) {
    const int n = epoll_wait(epoll, ready.data(), static_cast<int>(ready.size()), 30'000);
    if (n <= 0) die("bench-open-loop: no answer for 30 s");
    for (int i = 0; i < n; ++i) {
      const auto tag = static_cast<std::size_t>(ready[static_cast<std::size_t>(i)].data.u64);
      if (tag == connections) {
        std::uint64_t ticks;
        [[maybe_unused]] const ssize_t got = read(timer, &ticks, sizeof ticks);
        continue;
      }
      connection& c = all[tag];
      const ssize_t got = read(c.fd, buffer, sizeof buffer);
      if (got <= 0) die("bench-open-loop: the gateway closed");
      c.in.append(buffer, static_cast<std::size_t>(got));
      const int status = whole_answer(c.in);
      if (status == 0) continue;
      if (status / 100 != 2) ++refused;
      latency_ms.push_back(std::chrono::duration<double, std::milli>(clock_type::now() - due(c.request)).count());
      c.in.clear();
      idle.push_back(tag);
      ++answered;
    }
    send_due();
  }
  std::sort(latency_ms.begin(), latency_ms.end());
  const auto at = [&](double q) { return latency_ms[static_cast<std::size_t>(q * static_cast<double>(total - 1))]; };
  std::printf(
      "{\"requests\":%zu,\"refused\":%zu,\"queued\":%zu,\"p50_ms\":%.3f,\"p90_ms\":%.3f,\"p99_ms\":%.3f,\"p999_ms\":%."
      "3f}\n",
      total, refused, queued, at(0.5), at(0.9), at(0.99), at(0.999));
  return refused == 0 ? 0 : 1;
}
