#include "loadgen/store/history/event.h"

#include <charconv>

#include "loadgen/events/random.h"

namespace loadgen::store::history {

namespace {

constexpr std::string_view aggregate_mark = "-cart-";
constexpr std::size_t client_digits = 4, append_digits = 8, index_digits = 4, aggregate_digits = 7;

void append_hex(std::string& to, std::uint64_t value, std::size_t digits) {
  for (std::size_t left = digits; left-- > 0;) to += "0123456789abcdef"[value >> (4 * left) & 15];
}

std::optional<std::uint64_t> take_hex(std::string_view& from, std::size_t digits) {
  std::uint64_t value = 0;
  if (from.size() < digits) return std::nullopt;
  const auto [rest, error] = std::from_chars(from.data(), from.data() + digits, value, 16);
  if (error != std::errc() || rest != from.data() + digits) return std::nullopt;
  from.remove_prefix(digits);
  return value;
}

bool take(std::string_view& from, std::string_view what) {
  if (!from.starts_with(what)) return false;
  from.remove_prefix(what.size());
  return true;
}

}  // namespace

std::string id_text(std::string_view run, const event_name& name) {
  std::string text(run);
  append_hex(text += '-', name.client, client_digits);
  append_hex(text += '-', name.append, append_digits);
  append_hex(text += '-', name.index, index_digits);
  return text;
}

std::optional<event_name> name_in(std::string_view id, std::string_view run) {
  if (!take(id, run) || !take(id, "-")) return std::nullopt;
  const auto client = take_hex(id, client_digits);
  if (!client || !take(id, "-")) return std::nullopt;
  const auto append = take_hex(id, append_digits);
  if (!append || !take(id, "-")) return std::nullopt;
  const auto index = take_hex(id, index_digits);
  if (!index || !id.empty()) return std::nullopt;
  return event_name{static_cast<std::uint16_t>(*client), static_cast<std::uint32_t>(*append),
                    static_cast<std::uint16_t>(*index)};
}

std::string aggregate_text(std::string_view run, std::uint32_t aggregate) {
  std::string text = std::string(run).append(aggregate_mark);
  append_hex(text, aggregate, aggregate_digits);
  return text;
}

std::optional<std::uint32_t> aggregate_in(std::string_view key, std::string_view run) {
  if (!take(key, run) || !take(key, aggregate_mark)) return std::nullopt;
  const auto number = take_hex(key, aggregate_digits);
  if (!number || !key.empty()) return std::nullopt;
  return static_cast<std::uint32_t>(*number);
}

std::string event_text(std::string_view run, const event_name& name, std::uint32_t aggregate, std::uint32_t bytes) {
  std::string text = R"({"eventId":")" + id_text(run, name) + R"(","aggregateId":")" + aggregate_text(run, aggregate);
  text += R"(","eventType":"ItemAdded","note":")";
  events::random_source letters(digest(name, 0, aggregate));
  while (text.size() + 2 < bytes) text += static_cast<char>('a' + letters.below(26));
  return text += "\"}";
}

std::uint64_t digest(const event_name& name, std::uint64_t version, std::int64_t offset) {
  const std::uint64_t who =
      std::uint64_t{name.client} << 48 | std::uint64_t{name.append} << 16 | std::uint64_t{name.index};
  const std::uint64_t place = events::random_source(version).next() ^ static_cast<std::uint64_t>(offset);
  return events::random_source(events::random_source(who).next() + place).next();
}

}  // namespace loadgen::store::history
