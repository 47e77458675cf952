// R-sink: a bare epoll server that reads one POST after the other and answers 202. It shows the cost of the kernel's
// TCP, the floor of a single POST. Prints what it used at SIGTERM.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace {

constexpr std::string_view answer = "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n";

struct connection {
  std::string pending;  // what came of a request that is not whole yet
};

[[noreturn]] void die(const char* what) {
  std::perror(what);
  std::exit(1);
}

/// Bytes of the first whole request in `in`; 0: not whole yet.
std::size_t request_bytes(std::string_view in) {
  const std::size_t head = in.find("\r\n\r\n");
  if (head == std::string_view::npos) return 0;
  std::size_t body = 0;
  if (const std::size_t at = in.find("Content-Length: "); at < head)
    body = std::strtoull(in.data() + at + 16, nullptr, 10);
  return in.size() >= head + 4 + body ? head + 4 + body : 0;
}

class sink {
 public:
  explicit sink(std::uint16_t port)
      : epoll_(epoll_create1(0)), listener_(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0)) {
    const int on = 1;
    setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_port = htons(port);
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(listener_, reinterpret_cast<sockaddr*>(&at), sizeof at) != 0) die("bench-sink: bind");
    if (listen(listener_, 1024) != 0) die("bench-sink: listen");
    socklen_t length = sizeof at;
    getsockname(listener_, reinterpret_cast<sockaddr*>(&at), &length);
    std::printf("bench-sink ready http=127.0.0.1:%d\n", ntohs(at.sin_port));
    std::fflush(stdout);
    sigset_t quit;
    sigemptyset(&quit);
    sigaddset(&quit, SIGTERM);
    sigaddset(&quit, SIGINT);
    sigprocmask(SIG_BLOCK, &quit, nullptr);
    signal_ = signalfd(-1, &quit, 0);
    watch(listener_);
    watch(signal_);
  }

  void run() {
    std::vector<epoll_event> ready(512);
    for (;;) {
      const int n = epoll_wait(epoll_, ready.data(), static_cast<int>(ready.size()), -1);
      for (int i = 0; i < n; ++i) {
        const int fd = ready[static_cast<std::size_t>(i)].data.fd;
        if (fd == signal_) return;
        if (fd == listener_)
          accept_all();
        else
          serve(fd);
      }
    }
  }

  [[nodiscard]] std::uint64_t requests() const { return requests_; }

 private:
  void watch(int fd) {
    epoll_event e{};
    e.events = EPOLLIN;
    e.data.fd = fd;
    epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &e);
  }

  void accept_all() {
    for (int fd; (fd = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK)) >= 0; watch(fd)) {
      const int on = 1;
      setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      if (connections_.size() <= static_cast<std::size_t>(fd)) connections_.resize(static_cast<std::size_t>(fd) + 1);
      connections_[static_cast<std::size_t>(fd)] = std::make_unique<connection>();
    }
  }

  void serve(int fd) {
    const ssize_t got = read(fd, buffer_.data(), buffer_.size());
    if (got <= 0) {
      connections_[static_cast<std::size_t>(fd)].reset();
      close(fd);
      return;
    }
    std::string& pending = connections_[static_cast<std::size_t>(fd)]->pending;
    std::string_view in(buffer_.data(), static_cast<std::size_t>(got));
    if (!pending.empty()) in = pending.append(in);
    out_.clear();
    std::size_t used = 0;
    for (std::size_t n; (n = request_bytes(in.substr(used))) > 0; used += n, ++requests_) out_ += answer;
    std::string rest(in.substr(used));
    pending = std::move(rest);
    if (!out_.empty() && write(fd, out_.data(), out_.size()) < 0) std::perror("bench-sink: write");
  }

  int epoll_;
  int listener_;
  int signal_ = -1;
  std::uint64_t requests_ = 0;
  std::vector<char> buffer_ = std::vector<char>(64 * 1024);
  std::string out_;
  std::vector<std::unique_ptr<connection>> connections_;
};

}  // namespace

int main(int argc, char** argv) {
  sink s(static_cast<std::uint16_t>(argc > 1 ? std::atoi(argv[1]) : 0));
  s.run();
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  const double cpu = seconds(used.ru_utime) + seconds(used.ru_stime);
  std::printf("{\"reference\":\"R-sink\",\"requests\":%llu,\"cpu_seconds\":%.4f,\"cpu_us_per_request\":%.3f}\n",
              static_cast<unsigned long long>(s.requests()), cpu,
              s.requests() ? cpu / static_cast<double>(s.requests()) * 1e6 : 0.0);
  return 0;
}
