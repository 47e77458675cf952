#include "gateway/decode/json_reader.h"

#include "gateway/decode/text.h"

namespace gateway::decode {
namespace {

constexpr std::string_view not_an_object =
    "expected an object: an event is a JSON object, a body one of them or an array";
constexpr std::string_view looks_like_ndjson =
    "a second JSON document: this looks like NDJSON: send application/x-ndjson";

}  // namespace

boost::system::result<void, body_error> json_reader::run() {
  if (body_.front() == '[') return array();
  if (write_->full()) return write_->too_many();
  single(not_an_object);
  return {};
}

boost::system::result<void, body_error> json_reader::run_document() {
  if (write_->full()) return write_->too_many();
  single({});
  return {};
}

// `refusal`: of what is JSON and no object; empty: any JSON will do.
void json_reader::single(std::string_view refusal) {
  const bool validate = write_->how().validate;
  if (body_.front() == '{' && validate) return object();
  if (looks_like_lines()) return write_->invalid(body_, second_line(), looks_like_ndjson);
  if (validate && check(body_, write_->how().depth_max)) return write_->broken(body_);
  if (validate && !refusal.empty()) return write_->invalid(body_, body_.data(), refusal);
  write_->text(body_, validate);
}

void json_reader::object() {
  if (tokens_->scan(body_) == structural_index::verdict::ok) {
    tokens_->guard(0);
    walk_->begin(body_, tokens_->end(), write_->how().keys, write_->how().depth_max);
    const auto next = walk_->object(tokens_->begin(), static_cast<std::uint32_t>(body_.size()));
    if (next == tokens_->end()) return write_->walked(body_, *walk_);
    if (next != nullptr && (body_[*next] == '{' || body_[*next] == '['))
      return write_->invalid(body_, body_.data() + *next, looks_like_ndjson);
  }
  if (looks_like_lines()) return write_->invalid(body_, second_line(), looks_like_ndjson);
  write_->broken(body_);
}

// The first line is a whole document, and it is not the last: NDJSON, whatever its other lines are.
bool json_reader::looks_like_lines() const {
  const std::size_t end = body_.find('\n');
  return end != std::string_view::npos && !check(trimmed(body_.substr(0, end)), write_->how().depth_max);
}

const char* json_reader::second_line() const noexcept { return body_.data() + body_.find('\n') + 1; }

boost::system::result<void, body_error> json_reader::array() {
  if (tokens_->scan(body_) != structural_index::verdict::ok) return broken_array();
  tokens_->guard(0);
  walk_->begin(body_, tokens_->end(), write_->how().keys, write_->how().depth_max);
  const auto limit = static_cast<std::uint32_t>(body_.size());
  const walker::cursor end = tokens_->end();
  walker::cursor at = tokens_->begin() + 1;
  if (at < end && body_[*at] == ']') return at + 1 == end ? boost::system::result<void, body_error>{} : broken_array();
  while (at < end) {
    const bool is_object = body_[*at] == '{';
    const walker::cursor next = is_object ? walk_->object(at, limit) : walk_->anything(at, limit);
    if (next == nullptr || next >= end) return broken_array();
    if (write_->full()) return write_->too_many();
    if (is_object) {
      write_->walked(slice(at, next), *walk_);
    } else {
      write_->invalid(slice(at, next), body_.data() + *at, not_an_object);
    }
    if (body_[*next] == ']') return next + 1 == end ? boost::system::result<void, body_error>{} : broken_array();
    if (body_[*next] != ',') return broken_array();
    at = next + 1;
  }
  return broken_array();
}

std::string_view json_reader::slice(walker::cursor at, walker::cursor next) const noexcept {
  return trimmed(body_.substr(*at, *next - *at));
}

body_error json_reader::broken_array() {
  if (looks_like_lines()) return {body_errc::broken_array, write_->located(second_line(), looks_like_ndjson)};
  const auto found = check(body_, write_->how().depth_max + 1);  // the array itself is no part of any event
  if (found) return {body_errc::broken_array, write_->located(body_.data() + found->offset, found->what)};
  return {body_errc::broken_array, write_->located(body_.data(), "not JSON")};
}

}  // namespace gateway::decode
