#include "gateway/http1/tls_answers.h"

#include "gateway/http1/problem.h"

namespace gateway::http1 {

std::string answer_to_plain() {
  std::string body;
  append_problem(body, {errc::malformed_request, "this port speaks TLS: write https:// instead of http://"});
  return "HTTP/1.1 400 Bad Request\r\nContent-Type: " + std::string(problem_content_type) +
         "\r\nContent-Length: " + std::to_string(body.size()) + "\r\nConnection: close\r\n\r\n" + body;
}

}  // namespace gateway::http1
