#include "readmodel/cql/wire.h"

#include <boost/endian/conversion.hpp>
#include <cstring>

namespace readmodel::cql {

namespace {

template <typename Number>
void put_number(bytes& to, Number number) {
  number = boost::endian::native_to_big(number);
  char as_bytes[sizeof number];
  std::memcpy(as_bytes, &number, sizeof number);
  to.append(as_bytes, sizeof number);
}

}  // namespace

void put_short(bytes& to, std::uint16_t number) { put_number(to, number); }
void put_int(bytes& to, std::int32_t number) { put_number(to, number); }
void put_long(bytes& to, std::int64_t number) { put_number(to, number); }

void put_string(bytes& to, std::string_view text) {
  put_short(to, static_cast<std::uint16_t>(text.size()));
  to.append(text);
}

void put_long_string(bytes& to, std::string_view text) {
  put_int(to, static_cast<std::int32_t>(text.size()));
  to.append(text);
}

void put_value(bytes& to, const value& one) {
  if (one)
    put_long_string(to, *one);
  else
    put_int(to, -1);
}

template <typename Number>
Number reader::take_number() noexcept {
  const std::string_view from = take(sizeof(Number));
  Number number = 0;
  if (!from.empty()) std::memcpy(&number, from.data(), sizeof number);
  return boost::endian::big_to_native(number);
}

std::string_view reader::take(std::size_t count) noexcept {
  if (!is_good_ || rest_.size() < count) {
    is_good_ = false;
    rest_ = {};
    return {};
  }
  const std::string_view taken = rest_.substr(0, count);
  rest_.remove_prefix(count);
  return taken;
}

std::uint8_t reader::take_byte() noexcept { return take_number<std::uint8_t>(); }
std::uint16_t reader::take_short() noexcept { return take_number<std::uint16_t>(); }
std::int32_t reader::take_int() noexcept { return take_number<std::int32_t>(); }
std::int64_t reader::take_long() noexcept { return take_number<std::int64_t>(); }
std::string_view reader::take_string() noexcept { return take(take_short()); }

std::optional<std::string_view> reader::take_bytes() noexcept {
  const std::int32_t length = take_int();
  if (!is_good_ || length < 0) return std::nullopt;
  return take(static_cast<std::size_t>(length));
}

frame_header read_header(std::string_view from) noexcept {
  reader r(from);
  const std::uint8_t version = r.take_byte();
  frame_header h;
  h.is_response = (version & 0x80) != 0;
  h.version = version & 0x7f;
  h.flags = r.take_byte();
  h.stream = static_cast<std::int16_t>(r.take_short());
  h.what = static_cast<opcode>(r.take_byte());
  h.body_bytes = static_cast<std::uint32_t>(r.take_int());
  return h;
}

frame_writer::frame_writer(bytes& to, opcode what, std::int16_t stream) : to_(&to), begin_(to.size()) {
  to.push_back(static_cast<char>(protocol_version));
  to.push_back(0);
  put_short(to, static_cast<std::uint16_t>(stream));
  to.push_back(static_cast<char>(what));
  put_int(to, 0);
}

void frame_writer::finish() {
  bytes length;
  put_int(length, static_cast<std::int32_t>(to_->size() - begin_ - header_bytes));
  to_->replace(begin_ + header_bytes - length.size(), length.size(), length);
}

}  // namespace readmodel::cql
