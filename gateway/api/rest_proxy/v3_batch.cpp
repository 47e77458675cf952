#include "gateway/api/rest_proxy/v3_batch.h"

#include <memory>
#include <utility>
#include <vector>

#include "gateway/api/rest_proxy/v3_results.h"
#include "gateway/http1/json_text.h"

namespace gateway::api::rest_proxy {
namespace {

using http1::planned;

struct batch_state final : v3_taken {
  std::vector<std::string> ids;
};

void append_id(std::string& to, const std::string& id) {
  if (to.back() == '}') to += ',';
  to += R"({"id":)";
  http1::append_json_string(to, id);
  to += ',';
}

void append_failure(std::string& to, const v3_result& r) {
  to += R"("error_code":)";
  http1::append_number(to, r.code);
  to += R"(,"message":)";
  http1::append_json_string(to, r.text);
}

}  // namespace

planned v3_batch::plan(const http1::call& c, http1::exchange& x) {
  if (auto wrong = check_head(c, x)) return std::move(*wrong);
  return planned::step::wants_body;
}

planned v3_batch::take(const http1::call& c, std::string_view body, http1::exchange& x) {
  auto state = std::make_unique<batch_state>();
  if (auto wrong = take_records(c, body, reader_, *state, x)) return std::move(*wrong);
  state->ids.swap(reader_.ids());
  x.state = std::move(state);
  return planned::step::waits;
}

void v3_batch::write(http1::exchange& x, bool timed_out, std::string& body) {
  const auto& state = static_cast<const batch_state&>(*x.state);
  begin_answer(x, timed_out, 207);
  std::string failures = R"(],"failures":[)";
  body += R"({"successes":[)";
  v3_results results(*x.ack, timed_out);
  for (std::size_t i = 0; i < state.ids.size(); ++i) {
    const v3_result r = results.next();
    std::string& to = r.code == 200 ? body : failures;
    append_id(to, state.ids[i]);
    if (r.code == 200)
      append_report(to, state.place(), r.at, state.notes[i]);
    else
      append_failure(to, r);
    to += '}';
  }
  body += failures;
  body += "]}";
}

}  // namespace gateway::api::rest_proxy
