// A real Prometheus scrapes our exposition, in the format it prefers, and answers queries about it. A stub serves the
// exposition: what is on trial is that the words are understood, not the gateway.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include "metrics/exposition.h"
#include "tests/metrics/sample_snapshot.h"

using namespace std::chrono_literals;

namespace {

int listen_on_any_port(int& port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  EXPECT_EQ(::bind(fd, reinterpret_cast<sockaddr*>(&address), size), 0);
  EXPECT_EQ(::listen(fd, 16), 0);
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  port = ntohs(address.sin_port);
  return fd;
}

std::string read_until(int fd, const std::string& end) {
  std::string text;
  char piece[16384];
  for (ssize_t n; text.find(end) == std::string::npos && (n = ::read(fd, piece, sizeof piece)) > 0;)
    text.append(piece, static_cast<std::size_t>(n));
  return text;
}

void write_all(int fd, const std::string& text) {
  for (std::size_t at = 0; at < text.size();) {
    const ssize_t n = ::send(fd, text.data() + at, text.size() - at, MSG_NOSIGNAL);
    if (n <= 0) return;
    at += static_cast<std::size_t>(n);
  }
}

std::string header(const std::string& head, const std::string& name) {
  const std::size_t at = head.find("\r\n" + name + ": ");
  if (at == std::string::npos) return {};
  const std::size_t begin = at + name.size() + 4;
  return head.substr(begin, head.find("\r\n", begin) - begin);
}

/// Answers every request with the exposition the Accept header asks for.
class stub {
 public:
  stub() : fd_(listen_on_any_port(port_)), thread_([this] { serve(); }) {}
  ~stub() {
    ::shutdown(fd_, SHUT_RDWR);
    thread_.join();
    ::close(fd_);
  }
  int port() const { return port_; }
  std::atomic<int> openmetrics_asked{0};

 private:
  void serve() {
    for (int client; (client = ::accept(fd_, nullptr, nullptr)) >= 0; ::close(client)) {
      const std::string accept = header(read_until(client, "\r\n\r\n"), "Accept");
      if (metrics::prefers_openmetrics(accept)) ++openmetrics_asked;
      const auto [type, body] = metrics::render(metrics::testing::sample_snapshot(), accept);
      write_all(client, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: " + std::string(type) +
                            "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
    }
  }
  int port_ = 0;
  int fd_;
  std::thread thread_;
};

std::string http_get(int port, const std::string& target) {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::string answer;
  if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) {
    write_all(fd, "GET " + target + " HTTP/1.1\r\nHost: prometheus\r\nConnection: close\r\n\r\n");
    answer = read_until(fd, std::string(1, '\0'));  // to the end
  }
  ::close(fd);
  return answer;
}

/// A Prometheus of our own on a free port, with its data in a folder that goes with it.
class prometheus_server {
 public:
  explicit prometheus_server(int target)
      : folder_(::testing::TempDir() + "headgate_prometheus_" + std::to_string(::getpid())) {
    std::filesystem::create_directories(folder_);
    ::close(listen_on_any_port(port_));
    std::ofstream(folder_ + "/prometheus.yml")
        << "global: {scrape_interval: 1s, evaluation_interval: 1s}\n"
        << "scrape_configs: [{job_name: headgate, static_configs: [{targets: [\"127.0.0.1:" << target << "\"]}]}]\n";
    pid_ = ::fork();
    if (pid_ == 0) run();
  }
  ~prometheus_server() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  /// The API's answer once it holds `expected`, or the last one.
  std::string query(const std::string& expression, const std::string& expected) const {
    std::string answer;
    for (int i = 0; i < 300; ++i) {
      answer = http_get(port_, "/api/v1/query?query=" + expression);
      if (answer.find(expected) != std::string::npos) break;
      std::this_thread::sleep_for(100ms);
    }
    return answer;
  }
  std::string get(const std::string& target) const { return http_get(port_, target); }

 private:
  [[noreturn]] void run() const {
    if (!std::freopen("/dev/null", "w", stderr)) ::_exit(126);
    const std::string config = "--config.file=" + folder_ + "/prometheus.yml";
    const std::string data = "--storage.tsdb.path=" + folder_ + "/data";
    const std::string address = "--web.listen-address=127.0.0.1:" + std::to_string(port_);
    ::execlp("prometheus", "prometheus", config.c_str(), data.c_str(), address.c_str(), static_cast<char*>(nullptr));
    ::_exit(127);
  }
  std::string folder_;
  int port_ = 0;
  pid_t pid_ = -1;
};

bool installed() { return std::system("prometheus --version >/dev/null 2>&1") == 0; }

}  // namespace

TEST(PrometheusTest, ScrapesAndAnswersQueriesAboutOurSeries) {
  if (!installed() && std::getenv("CI") == nullptr) GTEST_SKIP() << "prometheus is not installed";
  stub target;
  const prometheus_server server(target.port());
  const auto s = metrics::testing::sample_snapshot();
  const auto is = [&](const std::string& expression, auto value) {
    const std::string expected = ",\"" + std::to_string(static_cast<std::int64_t>(value)) + "\"]";
    const std::string answer = server.query(expression, expected);
    EXPECT_NE(answer.find(expected), std::string::npos) << expression << ": " << answer;
  };
  is("up", 1);
  is("headgate_events_received_total%7Btopic=%22orders%22,listener=%22tcp%22%7D", s.topics[0].events_in[1]);
  is("headgate_in_flight_bytes", s.in_flight.bytes);
  is("headgate_records_admitted_total-headgate_records_settled_total-headgate_in_flight_records", 0);
  is("kafka_consumergroup_lag%7Bconsumergroup=%22mail%22%7D", s.consumer_lag.rows[2].lag);
  is("headgate_batch_records_count", s.batch_records.total());
  is("headgate_delivery_duration_seconds_bucket%7Ble=%22%2BInf%22%7D", s.delivery_us.total());
  is("count(headgate_build_info%7Bversion=%220.1.0%22%7D)", 1);
  EXPECT_GT(target.openmetrics_asked, 0) << "Prometheus did not ask for OpenMetrics";
  const std::string metadata = server.get("/api/v1/metadata?metric=headgate_publish_lag_seconds");
  EXPECT_NE(metadata.find("\"type\":\"gauge\""), std::string::npos) << metadata;
  EXPECT_NE(metadata.find("\"unit\":\"seconds\""), std::string::npos) << metadata;
}
