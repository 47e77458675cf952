// The answer to one request, before it is bytes on the wire. Endpoints fill it in; the session sends it.
#pragma once

#include <string>
#include <string_view>

#include "gateway/http1/problem.h"

namespace gateway::http1 {

struct reply {
  int status = 200;
  std::string_view content_type = json_content_type;
  std::string_view allow;       // 405, OPTIONS
  std::string fields;           // further ones, each ending in CR LF; nothing of a client's stands here unchecked
  std::string kept_fields;      // the same, of every answer of this request, whatever it turns out to be
  int retry_after_seconds = 0;  // 0: no such field
  std::string body;
  std::string own_content_type;  // what content_type points to where it is not static

  static constexpr std::string_view json_content_type = "application/json";

  /// Empty again but for kept_fields; keeps its memory.
  void clear() noexcept {
    status = 200;
    content_type = json_content_type;
    allow = {};
    fields.clear();
    retry_after_seconds = 0;
    body.clear();
  }
  void refuse(const problem& p) {
    clear();
    status = row_of(p.error).status;
    content_type = problem_content_type;
    allow = p.allow;
    append_problem(body, p);
  }
};

/// How the answer goes out, apart from what it says.
struct reply_form {
  bool without_body = false;     // HEAD: the fields of the GET, no body
  bool closes = false;           // Connection: close
  bool says_keep_alive = false;  // HTTP/1.0 asked for it
  bool in_pieces = false;        // chunks follow
  bool without_length = false;   // the end of the connection is the end of the body
  std::string_view date;         // IMF-fixdate
};

/// Appends status line, header and `body`.
void append_response(std::string& to, const reply& r, std::string_view body, const reply_form& form);

[[nodiscard]] std::string_view reason_phrase(int status) noexcept;

}  // namespace gateway::http1
