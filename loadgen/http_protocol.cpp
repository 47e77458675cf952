#include "loadgen/http_protocol.h"

#include <charconv>
#include <cstring>

#include "loadgen/compress.h"
#include "loadgen/plan.h"
#include "loadgen/units.h"

namespace loadgen {

namespace {

std::string_view name_of(body_encoding encoding) {
  switch (encoding) {
    case body_encoding::identity: break;
    case body_encoding::gzip: return "gzip";
    case body_encoding::zstd: return "zstd";
    case body_encoding::lz4: return "lz4";
  }
  return "identity";
}

std::string make_head(const run_plan& plan) {
  std::string head = "POST /v1/topics/" + plan.topic + "/events";
  if (!plan.query.empty()) head += "?" + plan.query;
  head += " HTTP/1.1\r\nHost: ";
  head += plan.host.find(':') == std::string::npos ? plan.host : "[" + plan.host + "]";
  head += ":" + plan.port + "\r\nUser-Agent: headgate-loadgen\r\nContent-Type: ";
  head += plan.format == body_format::ndjson ? "application/x-ndjson" : "application/json";
  if (plan.encoding != body_encoding::identity) head += "\r\nContent-Encoding: " + std::string(name_of(plan.encoding));
  head += "\r\nContent-Length: ";
  return head;
}

}  // namespace

http_protocol::http_protocol(const run_plan& plan) : plan_(plan), head_(make_head(plan)) {
  if (head_.size() + 32 > request::head_room) throw usage_error("--topic and --query are too long for a request line");
}

void http_protocol::encode(request& what) {
  char* begin = what.body();
  std::size_t size = what.body_size;
  if (plan_.format == body_format::json) {
    --size;  // the separator behind the last event
    if (plan_.batch > 1) {
      *--begin = '[';
      begin[size + 1] = ']';
      size += 2;
    }
  }
  if (plan_.encoding != body_encoding::identity) {
    size = compress(plan_.encoding, {begin, size}, what.coded, request::head_room);
    begin = what.coded.data() + request::head_room;
  }
  char digits[24];
  const char* const digits_end = std::to_chars(digits, digits + sizeof digits, size).ptr;
  const auto digits_size = static_cast<std::size_t>(digits_end - digits);
  char* const start = begin - head_.size() - digits_size - 4;
  std::memcpy(start, head_.data(), head_.size());
  std::memcpy(start + head_.size(), digits, digits_size);
  std::memcpy(begin - 4, "\r\n\r\n", 4);
  what.wire = {start, static_cast<std::size_t>(begin - start) + size};
}

void http_protocol::sending(const request& what) {
  expected_.push_back({what.id, static_cast<std::uint32_t>(what.events.size())});
}

bool http_protocol::receive(std::string_view bytes, std::deque<answered>& answers) {
  while (!bytes.empty()) {
    if (reader_.consume(bytes)) {
      if (expected_.empty()) {
        complaint_ = "a response nobody asked for (status " + std::to_string(reader_.response().status) + ")";
        return false;
      }
      take_response(answers);
    } else if (reader_.broken()) {
      complaint_ = reader_.error();
      return false;
    }
  }
  return true;
}

void http_protocol::closed(std::deque<answered>& answers) {
  if (reader_.finish() && !expected_.empty()) take_response(answers);
}

void http_protocol::take_response(std::deque<answered>& answers) {
  const expected asked = expected_.front();
  expected_.pop_front();
  http_response& response = reader_.response();
  if (response.close) closing_ = true;
  answer what = read_answer(response.status, response.body, asked.events);
  what.retry_after = response.retry_after;
  answers.push_back({std::move(what), asked.id});
}

}  // namespace loadgen
