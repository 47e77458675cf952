#include "bench/hot_paths/http_head.h"

#include <cassert>

namespace bench::hot_paths {

http_head::http_head()
    : text_(
          "POST /v1/topics/orders/events HTTP/1.1\r\n"
          "Host: gateway.example.com:8080\r\n"
          "User-Agent: orders-service/4.2 (linux)\r\n"
          "Accept: application/json\r\n"
          "Content-Type: application/json\r\n"
          "Connection: keep-alive\r\n"
          "X-Request-Id: 7a1c0f2e-9d43\r\n"
          "Content-Length: 256\r\n\r\n"),
      parser_(gateway::http1::head_limits{}) {}

std::uint64_t http_head::parse() {
  parser_.reset();
  const auto read = parser_.feed(text_);
  assert(read == gateway::http1::request_parser::status::done);
  (void)read;
  return parser_.head().body_bytes;
}

}  // namespace bench::hot_paths
