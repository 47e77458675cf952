#include "gateway/http/reply.h"

#include "gateway/http/json_text.h"

namespace gateway::http {

std::string_view reason_phrase(int status) noexcept {
  switch (status) {
    case 200: return "OK";
    case 202: return "Accepted";
    case 207: return "Multi-Status";
    case 400: return "Bad Request";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 406: return "Not Acceptable";
    case 408: return "Request Timeout";
    case 411: return "Length Required";
    case 413: return "Content Too Large";
    case 415: return "Unsupported Media Type";
    case 417: return "Expectation Failed";
    case 422: return "Unprocessable Content";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 501: return "Not Implemented";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    case 505: return "HTTP Version Not Supported";
    default: return "Internal Server Error";
  }
}

void append_response(std::string& to, const reply& r, std::string_view body, const reply_form& form) {
  to += "HTTP/1.1 ";
  append_number(to, r.status);
  to += ' ';
  to += reason_phrase(r.status);
  to += "\r\nContent-Type: ";
  to += r.content_type;
  to += "\r\nContent-Length: ";
  append_number(to, body.size());
  to += "\r\nDate: ";
  to += form.date;
  if (!r.allow.empty()) {
    to += "\r\nAllow: ";
    to += r.allow;
  }
  if (r.retry_after_seconds > 0) {
    to += "\r\nRetry-After: ";
    append_number(to, r.retry_after_seconds);
  }
  if (form.closes)
    to += "\r\nConnection: close";
  else if (form.says_keep_alive)
    to += "\r\nConnection: keep-alive";
  to += "\r\n\r\n";
  if (!form.without_body) to += body;
}

}  // namespace gateway::http
