// A server that takes events over HTTP as the interface says, and misbehaves as told: the controls of the load
// generator's proofs. One thread a connection; what it "persists" goes to a sink.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace loadgen_tests {

struct faults {
  std::uint32_t lose_every = 0;             // every n-th event is answered persisted and thrown away
  std::uint32_t repeat_every = 0;           // every n-th event is written twice
  std::uint32_t swap_every = 0;             // every n-th event changes places with the one before
  std::uint32_t alter_every = 0;            // of every n-th event one byte is changed
  std::uint32_t deny_every = 0;             // every n-th event is answered not_persisted and written
  std::uint32_t fail_every = 0;             // every n-th event is honestly answered not_persisted, once
  std::uint32_t lie_every = 0;              // every n-th request is answered 200 and thrown away
  std::uint32_t busy_every = 0;             // every n-th request is answered 503, Retry-After 0
  std::uint32_t close_every = 0;            // every n-th request is written, and the connection closed unanswered
  std::uint32_t garbage_every = 0;          // every n-th request is answered with nonsense
  std::uint32_t miscount_every = 0;         // every n-th answer contradicts itself
  std::chrono::milliseconds delay{0};       // before each answer
  std::chrono::milliseconds stall_each{0};  // period: at its end nobody is served ...
  std::chrono::milliseconds stall_for{0};   // ... for so long
  bool chunked = false;                     // answers in chunks
  bool close_after_answer = false;          // Connection: close on every answer
};

class bad_server {
 public:
  /// Gets what is written of a request, in order, before the request is answered.
  using sink = std::function<void(const std::vector<std::string>& events)>;

  explicit bad_server(faults how, sink into = {});
  ~bad_server();
  bad_server(const bad_server&) = delete;
  bad_server& operator=(const bad_server&) = delete;

  std::string target() const { return "http://127.0.0.1:" + std::to_string(port_); }
  std::uint16_t port() const { return port_; }
  std::uint64_t requests() const { return requests_; }
  std::uint64_t events() const { return events_; }
  std::vector<std::string> heads() const;  // of the first requests

 private:
  struct reply {
    std::string bytes;
    bool close = false;
  };

  void accept_all();
  void serve(int fd);
  reply handle(std::string_view head, std::string_view body);
  std::string persist(std::string_view body, std::uint32_t& events);
  bool chance(std::uint32_t every, std::uint64_t number) const { return every != 0 && number % every == 0; }
  void stall() const;
  std::string respond(const std::string& status, const std::string& body, const std::string& header = {}) const;

  const faults how_;
  const sink sink_;
  const std::chrono::steady_clock::time_point born_ = std::chrono::steady_clock::now();
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> stopping_ = false;
  std::atomic<std::uint64_t> requests_ = 0;
  std::atomic<std::uint64_t> events_ = 0;
  mutable std::mutex lock_;
  std::vector<std::string> heads_;   // guarded by lock_
  std::vector<std::string> failed_;  // guarded by lock_: ids answered not_persisted once
  std::list<int> sockets_;           // guarded by lock_
  std::list<std::thread> connections_;
  std::thread acceptor_;
};

}  // namespace loadgen_tests
