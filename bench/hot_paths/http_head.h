// One event a POST, as text: a head of the size that real clients send (about 230 bytes), and reading it.
#pragma once

#include <string>

#include "gateway/http1/request_parser.h"

namespace bench::hot_paths {

class http_head {
 public:
  http_head();
  /// Reads the head once. Returns its body's length.
  std::uint64_t parse();
  [[nodiscard]] std::size_t bytes() const noexcept { return text_.size(); }

 private:
  std::string text_;
  gateway::http1::request_parser parser_;
};

}  // namespace bench::hot_paths
