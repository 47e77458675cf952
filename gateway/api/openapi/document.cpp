#include "gateway/api/openapi/document.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

#include "gateway/api/openapi/operations.h"
#include "gateway/http1/json_text.h"

namespace gateway::api::openapi {
namespace {

using http1::append_json_string;
using http1::method;

struct method_name {
  http1::method of;
  std::string_view shown;
  std::string_view upper_case;
};
constexpr std::array described_methods = {
    method_name{method::get, "get", "GET"}, method_name{method::post, "post", "POST"},
    method_name{method::put, "put", "PUT"}, method_name{method::delete_, "delete", "DELETE"}};

// The statuses that every operation may answer, and those that only operations with a body have beside.
constexpr std::string_view errors_anywhere = "400 401 403 404 405 408 417 429 431 501 503 505";
constexpr std::string_view errors_of_bodies = "411 413 415 422 504";
constexpr std::string_view errors_of_appends = "409 412";
constexpr std::string_view errors_of_reads = "504";

template <typename Each>
void for_each_word(std::string_view list, Each each) {
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(' '), list.size());
    each(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
  }
}

std::string_view error_media(error_form f) noexcept {
  switch (f) {
    case error_form::problem: return "application/problem+json";
    case error_form::v2: return "application/vnd.kafka.v2+json";
    case error_form::v3: return "application/json";
  }
  return {};
}

void append_reference(std::string& to, std::string_view kind, std::string_view name) {
  to += R"({"$ref":"#/components/)";
  to += kind;
  to += '/';
  to += name;
  to += "\"}";
}

// The parameters in braces. Examples are names that anybody may have.
void append_path_parameters(std::string& to, std::string_view path) {
  for (std::size_t open = path.find('{'); open != std::string_view::npos; open = path.find('{', open + 1)) {
    const std::string_view name = path.substr(open + 1, path.find('}', open) - open - 1);
    if (to.back() != '[') to += ',';
    to += R"({"name":)";
    append_json_string(to, name);
    to += R"(,"in":"path","required":true,"schema":{"type":)";
    to += name == "partition" ? R"("integer","minimum":0},"example":0})" : R"("string","minLength":1},"example":)";
    if (name == "partition") continue;
    append_json_string(to, name == "topic" ? "orders" : name == "cluster" ? "lkc-1" : "order-1");
    to += '}';
  }
}

void append_bodies(std::string& to, const operation& o) {
  if (o.bodies.empty()) return;
  to += R"(,"requestBody":{"required":true,"content":{)";
  for (const taken_body& b : o.bodies) {
    if (to.back() == '}') to += ',';
    append_json_string(to, b.media);
    to += R"(:{"schema":)";
    append_reference(to, "schemas", b.schema);
    to += R"(,"example":)";
    if (b.schema == "Text")
      append_json_string(to, b.example);
    else
      to += b.example;
    to += '}';
  }
  to += "}}";
}

void append_content(std::string& to, std::string_view media, std::string_view schema) {
  if (media.empty()) return;
  to += R"(,"content":{)";
  append_json_string(to, media);
  to += R"(:{"schema":)";
  append_reference(to, "schemas", schema);
  to += "}}";
}

void append_answer(std::string& to, std::string_view status, std::string_view says) {
  if (to.back() != '{') to += ',';
  to += '"';
  to += status;
  to += R"(":{"description":)";
  append_json_string(to, says);
}

void append_answers(std::string& to, const operation& o) {
  to += R"(,"responses":{)";
  for (const good_answer& a : o.answers) {
    append_answer(to, std::to_string(a.status), a.says);
    append_content(to, a.media, a.schema);
    to += '}';
  }
  const auto append_error = [&](std::string_view status) {
    append_answer(to, status, status == "503" || status == "429" ? "Send it again after Retry-After" : "See the body");
    append_content(to, error_media(o.errors), o.errors == error_form::problem ? "Problem" : "AnyJson");
    to += '}';
  };
  for_each_word(errors_anywhere, append_error);
  if (o.method != http1::method::get) for_each_word(errors_of_bodies, append_error);
  if (o.id == "append") for_each_word(errors_of_appends, append_error);
  if (o.id == "readAggregate") for_each_word(errors_of_reads, append_error);
  to += '}';
}

void append_operation(std::string& to, const operation& o) {
  to += R"({"operationId":)";
  append_json_string(to, o.id);
  to += R"(,"tags":[)";
  append_json_string(to, o.tag);
  to += R"(],"summary":)";
  append_json_string(to, o.summary);
  to += R"(,"parameters":[)";
  append_path_parameters(to, o.path);
  for_each_word(o.parameters, [&to](std::string_view name) {
    if (to.back() != '[') to += ',';
    append_reference(to, "parameters", name);
  });
  to += ']';
  append_bodies(to, o);
  append_answers(to, o);
  to += '}';
}

void append_row(std::string& to, const http1::route& row) {
  for (const method_name& m : described_methods) {
    const operation* const o = (row.methods & http1::set_of(m.of)) != 0 ? find(row.path, m.of) : nullptr;
    if (o == nullptr) continue;
    if (to.back() != '{') to += ',';
    to += '"';
    to += m.shown;
    to += "\":";
    append_operation(to, *o);
  }
}

}  // namespace

std::string document(const http1::routes& of) {
  std::string to = R"({"openapi":"3.1.0","info":{"title":"Headgate","version":"1","description":)";
  append_json_string(to, "The gate at the head of your event log. One outcome for each event.");
  to += R"(},"paths":{)";
  std::string_view path;
  for (const http1::route& row : of.all()) {
    if (row.path != path) {
      if (!path.empty()) to += "},";
      path = row.path;
      append_json_string(to, path);
      to += ":{";
    }
    append_row(to, row);
  }
  to += R"(}},"components":{"schemas":{)";
  to += schemas();
  to += R"(},"parameters":{)";
  to += parameters();
  to += "}}}";
  return to;
}

std::vector<std::string> undescribed(const http1::routes& of) {
  std::vector<std::string> names;
  for (const http1::route& row : of.all())
    for (const method_name& m : described_methods)
      if ((row.methods & http1::set_of(m.of)) != 0 && find(row.path, m.of) == nullptr)
        names.push_back(std::string(m.upper_case) + " " + std::string(row.path));
  return names;
}

}  // namespace gateway::api::openapi
