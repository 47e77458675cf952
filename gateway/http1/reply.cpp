#include "gateway/http1/reply.h"

#include "gateway/http1/pen.h"

namespace gateway::http1 {
namespace {

// The longest head without what r itself holds: "HTTP/1.1 431 Request Header Fields Too Large" and six fields.
constexpr std::size_t head_bytes_max = 320;

}  // namespace

std::string_view reason_phrase(int status) noexcept {
  switch (status) {
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 207: return "Multi-Status";
    case 304: return "Not Modified";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 411: return "Length Required";
    case 412: return "Precondition Failed";
    case 413: return "Content Too Large";
    case 415: return "Unsupported Media Type";
    case 417: return "Expectation Failed";
    case 422: return "Unprocessable Content";
    case 428: return "Precondition Required";
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
  {
    pen head(to, head_bytes_max + r.content_type.size() + r.allow.size() + r.fields.size() + r.kept_fields.size());
    head << "HTTP/1.1 " << r.status << " " << reason_phrase(r.status);
    if (r.status != 204 && r.status != 304) {  // which have neither (RFC 9110 8.6)
      head << "\r\nContent-Type: " << r.content_type;
      if (form.in_pieces)
        head << "\r\nTransfer-Encoding: chunked";
      else if (!form.without_length)
        head << "\r\nContent-Length: " << body.size();
    }
    head << "\r\nDate: " << form.date;
    if (!r.allow.empty()) head << "\r\nAllow: " << r.allow;
    if (r.retry_after_seconds > 0) head << "\r\nRetry-After: " << r.retry_after_seconds;
    if (form.closes)
      head << "\r\nConnection: close";
    else if (form.says_keep_alive)
      head << "\r\nConnection: keep-alive";
    head << "\r\n" << r.fields << r.kept_fields << "\r\n";
  }
  if (!form.without_body) to += body;
}

}  // namespace gateway::http1
