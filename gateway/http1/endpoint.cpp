#include "gateway/http1/endpoint.h"

namespace gateway::http1 {

planned endpoint::take(const call&, std::string_view, exchange&) { return problem{}; }

fed endpoint::feed(std::string_view bytes, body_rest, exchange&) { return {bytes.size(), fed::then::over}; }

void endpoint::write(exchange& x, bool timed_out, std::string&) {
  if (timed_out) x.reply.refuse({errc::answer_timeout, "the answer was not ready in time: send the request again"});
}

void endpoint::forget(exchange&) noexcept {}

void endpoint::options(const request_head&, reply&) {}

void endpoint::refuse(const problem& p, reply& r) { r.refuse(p); }

}  // namespace gateway::http1
