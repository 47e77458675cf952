// A small HTTP server for people and Prometheus: GET /metrics, /status.json, /healthz. One connection at a time, one
// request each, 2 s for it; not for clients. A thread of its own; built by program.cpp.
#pragma once

#include <string>
#include <thread>

#include "readmodel/app/pages.h"

namespace readmodel::app {

class status_server {
 public:
  /// The objects `of` points to outlive this. is_open() false: the address cannot be had.
  status_server(const std::string& address, shown of);
  ~status_server();
  status_server(const status_server&) = delete;
  status_server& operator=(const status_server&) = delete;

  [[nodiscard]] bool is_open() const noexcept { return listener_ >= 0; }
  [[nodiscard]] const std::string& failure() const noexcept { return failure_; }

 private:
  void serve(const std::stop_token& stop) const;
  void answer(int client) const;

  shown of_;
  int listener_ = -1;
  std::string failure_;
  std::jthread worker_;
};

/// The whole response to a request's first line. Pure but for the clock.
[[nodiscard]] std::string respond(const std::string& request, const shown& of, std::int64_t now_ms);

}  // namespace readmodel::app
