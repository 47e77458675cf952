#include "loadgen/events/mark.h"

#include <array>
#include <cstring>

#include "loadgen/events/checksum.h"

namespace loadgen::events {

namespace {

constexpr auto hex_pairs = [] {
  std::array<char, 512> pairs{};
  constexpr std::string_view digits = "0123456789abcdef";
  for (std::size_t i = 0; i < 256; ++i) {
    pairs[2 * i] = digits[i >> 4];
    pairs[2 * i + 1] = digits[i & 15];
  }
  return pairs;
}();

void write_pair(char* at, std::uint32_t byte) { std::memcpy(at, hex_pairs.data() + std::size_t{2} * (byte & 255), 2); }

std::optional<std::uint32_t> digit_of(char c) {
  if (c >= '0' && c <= '9') return static_cast<std::uint32_t>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<std::uint32_t>(c - 'a' + 10);
  return std::nullopt;
}

std::optional<mark> parse(std::string_view text) {
  if (text[8] != '-' || text[13] != '-' || text[22] != '-' || text[30] != '-' || text[38] != '-') return std::nullopt;
  const auto run = read_hex(text.substr(0, 8));
  const auto stream = read_hex(text.substr(mark::stream_at, 4));
  const auto number = read_hex(text.substr(mark::number_at, 8));
  const auto aggregate = read_hex(text.substr(mark::aggregate_at, 7));
  const auto sequence = read_hex(text.substr(mark::sequence_at, 7));
  const auto sum = read_hex(text.substr(mark::sum_at, 8));
  if (!run || !stream || !number || !aggregate || !sequence || !sum) return std::nullopt;
  return mark{*run, *stream, *number, *aggregate, *sequence, *sum};
}

}  // namespace

void write_hex4(char* at, std::uint32_t value) {
  write_pair(at, value >> 8);
  write_pair(at + 2, value);
}

void write_hex8(char* at, std::uint32_t value) {
  write_hex4(at, value >> 16);
  write_hex4(at + 4, value);
}

void write_hex7(char* at, std::uint32_t value) {
  char digits[8];
  write_hex8(digits, value);
  std::memcpy(at, digits + 1, 7);
}

std::optional<std::uint32_t> read_hex(std::string_view digits) {
  std::uint32_t value = 0;
  for (const char c : digits) {
    const auto digit = digit_of(c);
    if (!digit) return std::nullopt;
    value = value << 4 | *digit;
  }
  return value;
}

std::string to_string(const mark& value) {
  std::string text(mark::size, '-');
  write_hex8(text.data(), value.run);
  write_hex4(text.data() + mark::stream_at, value.stream);
  write_hex8(text.data() + mark::number_at, value.number);
  write_hex7(text.data() + mark::aggregate_at, value.aggregate);
  write_hex7(text.data() + mark::sequence_at, value.sequence);
  write_hex8(text.data() + mark::sum_at, value.sum);
  return text;
}

std::optional<found_mark> find_mark(std::string_view event, std::string_view run_text, std::size_t hint) {
  if (event.size() < mark::size) return std::nullopt;
  std::size_t at = hint;
  if (event.size() < hint + mark::size || event.substr(hint, run_text.size()) != run_text) at = event.find(run_text);
  while (at != std::string_view::npos && at + mark::size <= event.size()) {
    if (const auto value = parse(event.substr(at, mark::size))) return found_mark{*value, at};
    at = event.find(run_text, at + 1);
  }
  return std::nullopt;
}

std::uint32_t checksum_without_sum(std::string_view event, std::size_t mark_at, std::string& scratch) {
  scratch.assign(event);
  std::memset(scratch.data() + mark_at + mark::sum_at, '0', 8);
  return checksum(scratch);
}

}  // namespace loadgen::events
