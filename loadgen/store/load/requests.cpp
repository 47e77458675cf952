#include "loadgen/store/load/requests.h"

#include "loadgen/store/history/event.h"

namespace loadgen::store::load {

namespace {

std::string path_of(const request_form& form, std::uint32_t aggregate) {
  return "/v1/topics/" + form.topic + "/aggregates/" + history::aggregate_text(form.run, aggregate) + "/events";
}

std::string body_of(const request_form& form, std::uint16_t client, std::uint32_t number, const history::append& what,
                    append_form how) {
  const bool is_array = what.events > 1 && !how.is_ndjson;
  std::string body = is_array ? "[" : "";
  for (std::uint16_t i = 0; i < what.events; ++i) {
    if (i > 0) body += is_array ? ',' : '\n';
    body += history::event_text(form.run, {client, number, i}, what.aggregate, form.event_bytes);
  }
  return is_array ? body + "]" : body;
}

std::string condition_of(const history::append& what, append_form how) {
  if (!what.expected) return how.is_precondition ? "" : "Expected-Version: any\r\n";
  if (!how.is_precondition) return "Expected-Version: " + std::to_string(*what.expected) + "\r\n";
  if (*what.expected == 0) return "If-None-Match: *\r\n";
  return "If-Match: \"" + std::to_string(*what.expected) + "\"\r\n";
}

}  // namespace

std::string append_request(const request_form& form, std::string_view host, std::uint16_t client, std::uint32_t number,
                           const history::append& what, append_form how) {
  const std::string body = body_of(form, client, number, what, how);
  std::string text = "POST " + path_of(form, what.aggregate) + " HTTP/1.1\r\nHost: " + std::string(host) + "\r\n";
  text += how.is_ndjson ? "Content-Type: application/x-ndjson\r\n" : "Content-Type: application/json\r\n";
  text += condition_of(what, how) + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n";
  return text + body;
}

std::string read_request(const request_form& form, std::string_view host, const read_question& what) {
  std::string path = path_of(form, what.aggregate) + "?limit=" + std::to_string(what.limit);
  path += what.is_backward ? "&direction=backward" : "&from=" + std::to_string(what.from);
  if (what.asked == history::promise::token) path += "&token=" + what.token;
  if (what.asked == history::promise::at_least) path += "&at_least=" + std::to_string(what.promised);
  if (what.asked == history::promise::fresh) path += "&fresh=true";
  return "GET " + path + " HTTP/1.1\r\nHost: " + std::string(host) + "\r\nAccept: application/json\r\n\r\n";
}

}  // namespace loadgen::store::load
