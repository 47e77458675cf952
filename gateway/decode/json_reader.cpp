#include "gateway/decode/json_reader.h"

#include "gateway/decode/text.h"

namespace gateway::decode {
namespace {

constexpr std::string_view not_an_object =
    "expected an object: an event is a JSON object, a body one of them or an array";

}  // namespace

boost::system::result<void, body_error> json_reader::run() {
  if (body_.front() == '[') return array();
  if (write_->full()) return write_->too_many();
  single();
  return {};
}

void json_reader::single() {
  if (!write_->how().validate) return write_->text(body_, false);
  if (body_.front() != '{') {
    if (check(body_, write_->how().depth_max)) return write_->broken(body_);
    return write_->invalid(body_, body_.data(), not_an_object);
  }
  if (tokens_->scan(body_) != structural_index::verdict::ok) return write_->broken(body_);
  tokens_->guard(0);
  walk_->begin(body_, tokens_->end(), write_->how().keys, write_->how().depth_max);
  const auto next = walk_->object(tokens_->begin(), static_cast<std::uint32_t>(body_.size()));
  if (next != tokens_->end()) return write_->broken(body_);
  write_->walked(body_, *walk_);
}

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
  const auto found = check(body_, write_->how().depth_max + 1);  // the array itself is no part of any event
  if (found) return {body_errc::broken_array, write_->located(body_.data() + found->offset, found->what)};
  return {body_errc::broken_array, write_->located(body_.data(), "not JSON")};
}

}  // namespace gateway::decode
