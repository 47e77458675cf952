#include "loadgen/http/protocol.h"

#include <charconv>
#include <cstring>
#include <stdexcept>

#include "loadgen/answers/answer.h"
#include "loadgen/http/answer.h"
#include "loadgen/plan/options.h"
#include "loadgen/wire/compress.h"

namespace loadgen::http {

namespace {

std::string make_head(const plan::run_plan& plan) {
  std::string head = "POST /v1/topics/" + plan.topic + "/events";
  if (!plan.query.empty()) head += "?" + plan.query;
  head += " HTTP/1.1\r\nHost: ";
  head += plan.host.find(':') == std::string::npos ? plan.host : "[" + plan.host + "]";
  head += ":" + plan.port + "\r\nUser-Agent: headgate-loadgen\r\nContent-Type: ";
  head += plan.format == plan::body_format::ndjson ? "application/x-ndjson" : "application/json";
  if (plan.encoding != plan::body_encoding::identity)
    head += "\r\nContent-Encoding: " + std::string(name_of(plan.encoding));
  head += "\r\nContent-Length: ";
  return head;
}

}  // namespace

protocol::protocol(const plan::run_plan& plan) : plan_(plan), head_(make_head(plan)) {
  if (head_.size() + 32 > wire::request::head_room)
    throw std::logic_error("the plan lets a head through that has no room");
}

void protocol::encode(wire::request& what) {
  char* begin = what.body();
  std::size_t size = what.body_size;
  if (plan_.format == plan::body_format::json) {
    --size;  // the separator behind the last event
    if (plan_.batch > 1) {
      *--begin = '[';
      begin[size + 1] = ']';
      size += 2;
    }
  }
  if (plan_.encoding != plan::body_encoding::identity) {
    size = wire::compress(plan_.encoding, {begin, size}, what.coded, wire::request::head_room);
    begin = what.coded.data() + wire::request::head_room;
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

void protocol::sending(const wire::request& what) {
  expected_.push_back({what.id, static_cast<std::uint32_t>(what.events.size())});
}

bool protocol::receive(std::string_view bytes, std::deque<wire::answered>& answers) {
  while (!bytes.empty()) {
    if (reader_.consume(bytes)) {
      if (expected_.empty()) {
        complaint_ = "a response nobody asked for (status " + std::to_string(reader_.taken().status) + ")";
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

void protocol::closed(std::deque<wire::answered>& answers) {
  if (reader_.finish() && !expected_.empty()) take_response(answers);
}

void protocol::take_response(std::deque<wire::answered>& answers) {
  const expected asked = expected_.front();
  expected_.pop_front();
  response& taken = reader_.taken();
  if (taken.close) closing_ = true;
  answers::answer what = read_answer(taken.status, taken.body, asked.events);
  what.retry_after = taken.retry_after;
  answers.push_back({std::move(what), asked.id});
}

}  // namespace loadgen::http
