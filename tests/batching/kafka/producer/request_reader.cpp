#include "tests/batching/kafka/producer/request_reader.h"

#include <stdexcept>

#include "batching/crc32c.h"

namespace tests::direct {
namespace {

void demand(bool holds, const char* what) {
  if (!holds) throw std::runtime_error(what);
}

class cursor {
 public:
  explicit cursor(std::string_view bytes) : rest_(bytes) {}

  template <typename Number>
  Number number() {
    demand(rest_.size() >= sizeof(Number), "a number is cut off");
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < sizeof(Number); ++i) value = value << 8 | static_cast<unsigned char>(rest_[i]);
    rest_.remove_prefix(sizeof(Number));
    return static_cast<Number>(value);
  }
  std::int64_t varint() {
    std::uint64_t value = 0;
    for (int shift = 0;; shift += 7) {
      const auto byte = number<std::uint8_t>();
      value |= std::uint64_t{byte & 0x7fU} << shift;
      if (byte < 0x80) break;
    }
    return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
  }
  std::string_view bytes(std::int64_t count) {
    demand(count >= 0 && static_cast<std::uint64_t>(count) <= rest_.size(), "bytes are cut off");
    const auto taken = rest_.substr(0, static_cast<std::size_t>(count));
    rest_.remove_prefix(taken.size());
    return taken;
  }
  std::string text() { return std::string(bytes(number<std::int16_t>())); }
  [[nodiscard]] bool is_at_end() const { return rest_.empty(); }
  [[nodiscard]] std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

template <typename Number>
void put(std::string& to, Number value) {
  for (std::size_t i = sizeof value; i-- > 0;)
    to.push_back(static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * i) & 0xff));
}

}  // namespace

std::vector<read_record> read_records(std::string_view bytes, std::int32_t count, std::int64_t base_timestamp_ms) {
  std::vector<read_record> records;
  cursor all(bytes);
  for (std::int32_t i = 0; i < count; ++i) {
    cursor in(all.bytes(all.varint()));
    demand(in.number<std::int8_t>() == 0, "a record has no attributes");
    const std::int64_t later_ms = in.varint();
    demand(in.varint() == i, "offset deltas count up");
    read_record& r = records.emplace_back();
    r.timestamp_ms = base_timestamp_ms + later_ms;
    if (const std::int64_t length = in.varint(); length >= 0) r.key = std::string(in.bytes(length));
    const std::int64_t value_length = in.varint();
    r.is_tombstone = value_length < 0;
    if (!r.is_tombstone) r.value = std::string(in.bytes(value_length));
    for (std::int64_t headers = in.varint(); headers > 0; --headers) {
      std::string name(in.bytes(in.varint()));
      const std::int64_t length = in.varint();
      r.headers.emplace_back(std::move(name), length < 0 ? std::string("(null)") : std::string(in.bytes(length)));
    }
    demand(in.is_at_end(), "a record is longer than what is in it");
  }
  demand(all.is_at_end(), "there is more than the records");
  return records;
}

read_batch read_record_batch(std::string_view bytes) {
  cursor in(bytes);
  demand(in.number<std::int64_t>() == 0, "the base offset is the broker's to give");
  demand(static_cast<std::size_t>(in.number<std::int32_t>()) == bytes.size() - 12, "the length is wrong");
  demand(in.number<std::int32_t>() == -1, "the leader epoch is the broker's to give");
  demand(in.number<std::int8_t>() == 2, "the format is 2");
  demand(in.number<std::uint32_t>() == batching::crc32c_portable(bytes.substr(21)), "the checksum is wrong");
  read_batch b;
  b.attributes = in.number<std::int16_t>();
  const auto last_delta = in.number<std::int32_t>();
  b.timestamp_ms = in.number<std::int64_t>();
  b.max_timestamp_ms = in.number<std::int64_t>();
  b.producer_id = in.number<std::int64_t>();
  b.producer_epoch = in.number<std::int16_t>();
  b.base_sequence = in.number<std::int32_t>();
  b.count = in.number<std::int32_t>();
  demand(last_delta == b.count - 1 && b.count > 0, "the last offset delta is the count less one");
  b.records_bytes = in.rest();
  if (b.attributes == 0) b.records = read_records(b.records_bytes, b.count, b.timestamp_ms);
  return b;
}

namespace {

// A length, one more than it is.
std::int64_t compact(cursor& in) {
  std::uint64_t value = 0;
  for (unsigned shift = 0;; shift += 7) {
    demand(shift < 35, "a varint is too long");
    const auto byte = static_cast<std::uint8_t>(in.number<std::int8_t>());
    value |= std::uint64_t{byte & 0x7FU} << shift;
    if (byte < 0x80) return static_cast<std::int64_t>(value) - 1;
  }
}

void no_tags(cursor& in) { demand(in.number<std::int8_t>() == 0, "there are no tagged fields"); }

void read_flexible_produce(cursor& in, read_request& r) {
  no_tags(in);
  demand(compact(in) == -1, "there is no transactional id");
  demand(in.number<std::int16_t>() == -1, "acks are all");
  demand(in.number<std::int32_t>() > 0, "the timeout is positive");
  for (std::int64_t topics = compact(in); topics > 0; --topics) {
    const std::string name(in.bytes(compact(in)));
    for (std::int64_t parts = compact(in); parts > 0; --parts) {
      read_part& p = r.parts.emplace_back();
      p.topic = name;
      p.partition = in.number<std::int32_t>();
      p.batch = read_record_batch(in.bytes(compact(in)));
      no_tags(in);
    }
    no_tags(in);
  }
  no_tags(in);
  demand(in.is_at_end(), "there is more than the request");
}

void put_compact(std::string& out, std::size_t size) {
  for (std::size_t value = size + 1;; value >>= 7) {
    if (value < 0x80) return out.push_back(static_cast<char>(value));
    out.push_back(static_cast<char>(value | 0x80));
  }
}

void put_leader(std::string& out, std::int32_t leader) {
  if (leader < 0) return out.push_back('\0');
  out += std::string("\1\0\x09", 3);  // one tagged field, number 0, nine bytes
  put(out, leader);
  put(out, std::int32_t{7});  // its epoch
  out.push_back('\0');
}

std::string flexible_response(std::int32_t correlation, const std::vector<part_answer>& answers, std::int16_t version,
                              std::int32_t throttle_ms) {
  std::string out;
  put(out, correlation);
  out.push_back('\0');
  put_compact(out, answers.size());
  for (const part_answer& a : answers) {
    put_compact(out, a.topic.size());
    out += a.topic;
    put_compact(out, 1);
    put(out, a.partition);
    put(out, static_cast<std::int16_t>(a.error));
    put(out, a.base_offset);
    put(out, std::int64_t{-1});
    put(out, std::int64_t{0});
    put_compact(out, a.culprit < 0 ? 0 : 1);
    if (a.culprit >= 0) {
      put(out, a.culprit);
      put_compact(out, 3);
      out += "bad";
      out.push_back('\0');
    }
    out.push_back('\0');  // no text for all of them
    put_leader(out, version >= 10 ? a.leader : -1);
    out.push_back('\0');
  }
  put(out, throttle_ms);
  out.push_back('\0');
  return out;
}

}  // namespace

read_request read_one_request(std::string_view bytes) {
  cursor in(bytes);
  demand(static_cast<std::size_t>(in.number<std::int32_t>()) == bytes.size() - 4, "the length is wrong");
  read_request r;
  r.api = in.number<std::int16_t>();
  const auto version = in.number<std::int16_t>();
  r.correlation = in.number<std::int32_t>();
  r.client_id = in.text();
  if (r.api == init_producer_id) {
    demand(in.number<std::int16_t>() == -1, "there is no transactional id");
    demand(version == 0 && in.number<std::int32_t>() > 0 && in.is_at_end(), "not InitProducerId 0");
    return r;
  }
  demand(r.api == produce && version >= 7 && version <= 11, "not Produce 7 to 11");
  r.version = version;
  if (version >= 9) {
    read_flexible_produce(in, r);
    return r;
  }
  demand(in.number<std::int16_t>() == -1, "there is no transactional id");
  demand(in.number<std::int16_t>() == -1, "acks are all");
  demand(in.number<std::int32_t>() > 0, "the timeout is positive");
  for (auto topics = in.number<std::int32_t>(); topics > 0; --topics) {
    const std::string name = in.text();
    for (auto parts = in.number<std::int32_t>(); parts > 0; --parts) {
      read_part& p = r.parts.emplace_back();
      p.topic = name;
      p.partition = in.number<std::int32_t>();
      p.batch = read_record_batch(in.bytes(in.number<std::int32_t>()));
    }
  }
  demand(in.is_at_end(), "there is more than the request");
  return r;
}

std::string produce_response(std::int32_t correlation, const std::vector<part_answer>& answers, std::int16_t version,
                             std::int32_t throttle_ms) {
  if (version >= 9) return flexible_response(correlation, answers, version, throttle_ms);
  std::string out;
  put(out, correlation);
  put(out, static_cast<std::int32_t>(answers.size()));
  for (const part_answer& a : answers) {
    put(out, static_cast<std::int16_t>(a.topic.size()));
    out += a.topic;
    put(out, std::int32_t{1});
    put(out, a.partition);
    put(out, static_cast<std::int16_t>(a.error));
    put(out, a.base_offset);
    put(out, std::int64_t{-1});
    put(out, std::int64_t{0});
    if (version < 8) continue;
    put(out, std::int32_t{a.culprit < 0 ? 0 : 1});
    if (a.culprit >= 0) {
      put(out, a.culprit);
      put(out, std::int16_t{3});
      out += "bad";
    }
    put(out, std::int16_t{-1});
  }
  put(out, throttle_ms);
  return out;
}

std::string producer_id_response(std::int32_t correlation, std::int64_t id, error_code error) {
  std::string out;
  put(out, correlation);
  put(out, std::int32_t{0});
  put(out, static_cast<std::int16_t>(error));
  put(out, id);
  put(out, std::int16_t{0});
  return out;
}

}  // namespace tests::direct
