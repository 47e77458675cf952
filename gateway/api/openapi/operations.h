// The description of each route of the http listener for those who generate clients: the table beside the router's.
// A route without its entry here fails a test. Read by document.h; static, any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "gateway/http1/request.h"

namespace gateway::api::openapi {

/// A form of body that is taken.
struct taken_body {
  std::string_view media;
  std::string_view schema;   // of components
  std::string_view example;  // JSON; of a media type that is not JSON: its text
};

/// An answer that is no error.
struct good_answer {
  int status = 200;
  std::string_view says;
  std::string_view media = "application/json";  // empty: no body
  std::string_view schema = {};                 // of components; empty: any
};

enum class error_form : std::uint8_t {
  problem,  // application/problem+json
  v2,       // the REST Proxy's
  v3,
};

struct operation {
  std::string_view path;
  http1::method method;
  std::string_view id;
  std::string_view tag;
  std::string_view summary;
  std::string_view parameters;  // of components, beside the path's, with spaces between them
  std::span<const taken_body> bodies;
  std::span<const good_answer> answers;
  error_form errors = error_form::problem;
};

[[nodiscard]] std::span<const operation> operations() noexcept;
/// nullptr: it is not described.
[[nodiscard]] const operation* find(std::string_view path, http1::method m) noexcept;

/// JSON: the members of components.schemas and of components.parameters.
[[nodiscard]] std::string_view schemas() noexcept;
[[nodiscard]] std::string_view parameters() noexcept;

}  // namespace gateway::api::openapi
