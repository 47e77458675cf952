#include "store/index_keys.h"

#include <cstring>

namespace store {
namespace {

constexpr std::uint64_t versions_max = std::uint64_t{1} << 62;  // no log has so many records

template <typename Unsigned>
void put_big_endian(std::string& to, Unsigned number) {
  for (int shift = static_cast<int>(sizeof number) * 8 - 8; shift >= 0; shift -= 8)
    to += static_cast<char>(number >> shift);
}

// In values: as the processor has it. An index does not travel between machines.
template <typename Number>
void put(std::string& to, Number number) {
  char bytes[sizeof number];
  std::memcpy(bytes, &number, sizeof number);
  to.append(bytes, sizeof number);
}

template <typename Number>
bool take(std::string_view& from, Number& number) noexcept {
  if (from.size() < sizeof number) return false;
  std::memcpy(&number, from.data(), sizeof number);
  from.remove_prefix(sizeof number);
  return true;
}

}  // namespace

index_keys keys_of(std::string_view topic, std::int32_t partition) {
  std::string rest(topic);
  rest += '\0';
  put_big_endian(rest, static_cast<std::uint32_t>(partition));
  rest += '\0';  // so that the last byte is not 0xff: end_of()
  return {'e' + rest, 'h' + rest, 'o' + rest};
}

std::string events_key(const index_keys& of, std::string_view aggregate) {
  std::string key = of.events;
  put_big_endian(key, static_cast<std::uint16_t>(aggregate.size()));
  key += aggregate;
  return key;
}

void append_version(std::string& key, std::uint64_t version) { put_big_endian(key, version); }

std::uint64_t version_in(std::string_view key) noexcept {
  std::uint64_t version = 0;
  for (const char c : key.substr(key.size() - sizeof version)) version = version << 8 | static_cast<unsigned char>(c);
  return version;
}

void encode_event(const stored_event& e, std::string& to) {
  put(to, e.offset);
  put(to, e.timestamp_ms);
  put(to, static_cast<std::uint32_t>(e.id.size()));
  to += e.id;
  to += e.value;
}

std::optional<stored_event> decode_event(std::uint64_t version, std::string_view bytes) noexcept {
  stored_event e;
  e.version = version;
  std::uint32_t id_bytes = 0;
  if (!take(bytes, e.offset) || !take(bytes, e.timestamp_ms) || !take(bytes, id_bytes) || bytes.size() < id_bytes)
    return std::nullopt;
  e.id = bytes.substr(0, id_bytes);
  e.value = bytes.substr(id_bytes);
  return e;
}

void encode_head(const aggregate_head& head, std::string& to) {
  put(to, head.version);
  bool any = false;
  for (std::uint64_t v = head.oldest_recent(); v <= head.version; ++v) any = any || head.hash_of(v) != 0;
  if (!any) return;
  for (std::uint64_t v = head.oldest_recent(); v <= head.version; ++v) put(to, head.hash_of(v));
}

std::optional<aggregate_head> decode_head(std::string_view bytes) noexcept {
  aggregate_head head;
  if (!take(bytes, head.version) || head.version > versions_max) return std::nullopt;
  if (bytes.empty()) return head;
  for (std::uint64_t v = head.oldest_recent(); v <= head.version; ++v)
    if (!take(bytes, head.recent[v % aggregate_head::recent_max])) return std::nullopt;
  if (!bytes.empty()) return std::nullopt;
  return head;
}

std::string encode_position(const log_position& at) {
  std::string to;
  put(to, at.next_offset);
  return to + at.note;
}

std::optional<log_position> decode_position(std::string_view bytes) {
  log_position at;
  if (!take(bytes, at.next_offset)) return std::nullopt;
  at.note = bytes;
  return at;
}

std::string end_of(std::string_view prefix) {
  std::string end(prefix);
  ++end.back();
  return end;
}

}  // namespace store
