#include "tests/gateway/frames/client.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

#include "batching/crc32c.h"

namespace frames_test {
namespace {

template <typename Integer>
void put(std::string& out, std::uint64_t value) {
  for (std::size_t i = 0; i < sizeof(Integer); ++i) out.push_back(static_cast<char>(value >> (8 * i)));
}

class reader {
 public:
  explicit reader(std::string_view bytes) : bytes_(bytes) {}
  template <typename Integer>
  Integer get() {
    std::uint64_t value = 0;
    const std::string_view raw = text(sizeof(Integer));
    for (std::size_t i = 0; i < raw.size(); ++i) value |= std::uint64_t{static_cast<unsigned char>(raw[i])} << (8 * i);
    return static_cast<Integer>(value);
  }
  std::string_view text(std::size_t bytes) {
    EXPECT_LE(bytes, bytes_.size()) << "a frame of the gateway is shorter than its fields";
    const std::string_view out = bytes_.substr(0, bytes);
    bytes_.remove_prefix(out.size());
    return out;
  }
  [[nodiscard]] bool done() const { return bytes_.empty(); }

 private:
  std::string_view bytes_;
};

entry read_entry(reader& in) {
  entry e{};
  e.sequence = in.get<std::uint64_t>();
  e.status = in.get<std::uint8_t>();
  e.ack = in.get<std::uint8_t>();
  const auto detail = in.get<std::uint16_t>();
  e.records = in.get<std::uint32_t>();
  const auto failures = in.get<std::uint32_t>();
  const auto ranges = in.get<std::uint32_t>();
  const auto positions = in.get<std::uint32_t>();
  e.detail = in.text(detail);
  for (std::uint32_t i = 0; i < failures; ++i) {
    failure f{};
    f.index = in.get<std::uint32_t>();
    f.outcome = in.get<std::uint8_t>();
    f.reason = in.get<std::uint8_t>();
    f.detail = in.text(in.get<std::uint16_t>());
    e.failures.push_back(f);
  }
  for (std::uint32_t i = 0; i < ranges; ++i) {
    range r{};
    r.partition = in.get<std::int32_t>();
    r.records = in.get<std::uint32_t>();
    r.first = in.get<std::int64_t>();
    r.last = in.get<std::int64_t>();
    e.ranges.push_back(r);
  }
  for (std::uint32_t i = 0; i < positions; ++i) {
    const auto partition = in.get<std::int32_t>();
    e.positions.emplace_back(partition, in.get<std::int64_t>());
  }
  return e;
}

void read_ack(reader& in, ack& out) {
  out.sequence = in.get<std::uint64_t>();
  out.frames = in.get<std::uint32_t>();
  const auto entries = in.get<std::uint32_t>();
  for (auto& count : out.counts) count = in.get<std::uint32_t>();
  for (std::uint32_t i = 0; i < entries; ++i) out.entries.push_back(read_entry(in));
}

void read_welcome(reader& in, message& out) {
  out.version = in.get<std::uint16_t>();
  out.compressions = in.get<std::uint16_t>();
  out.frame_bytes_max = in.get<std::uint32_t>();
  out.decoded_bytes_max = in.get<std::uint32_t>();
  out.records_max = in.get<std::uint32_t>();
  out.idle_ms = in.get<std::uint32_t>();
  out.sequence = in.get<std::uint64_t>();
  out.bytes = in.get<std::uint64_t>();
  out.text = in.text(in.get<std::uint16_t>());
  if (out.version < 2) return;
  in.get<std::uint32_t>();
  in.text(in.get<std::uint16_t>());
}

void read_fields(message& out) {
  reader in(out.payload);
  switch (out.type) {
    case frame_type::welcome: read_welcome(in, out); break;
    case frame_type::ack: read_ack(in, out.ack); break;
    case frame_type::credit:
      out.sequence = in.get<std::uint64_t>();
      out.bytes = in.get<std::uint64_t>();
      break;
    case frame_type::close:
      out.sequence = in.get<std::uint64_t>();
      out.code = in.get<std::uint8_t>();
      EXPECT_EQ(in.get<std::uint8_t>(), 0);
      out.text = in.text(in.get<std::uint16_t>());
      break;
    case frame_type::error:
      out.sequence = in.get<std::uint64_t>();
      out.last = in.get<std::uint64_t>();
      out.code = in.get<std::uint16_t>();
      out.text = in.text(in.get<std::uint16_t>());
      break;
    case frame_type::appended:
    case frame_type::events:
    case frame_type::peered: in.text(out.payload.size()); break;  // read by their own tests
    default: in.text(8); break;
  }
  EXPECT_TRUE(in.done()) << "bytes follow the fields of frame type " << static_cast<int>(out.type);
}

}  // namespace

std::string frame(frame_type type, std::string_view payload) {
  std::string out;
  put<std::uint32_t>(out, payload.size());
  put<std::uint8_t>(out, static_cast<std::uint8_t>(type));
  put<std::uint8_t>(out, 0);
  put<std::uint16_t>(out, 0);
  put<std::uint32_t>(out, batching::crc32c_portable(payload, batching::crc32c_portable(out)));
  out += payload;
  return out;
}

std::string hello(std::uint16_t version_min, std::uint16_t version_max, std::uint32_t receive_bytes_max,
                  std::string_view name, std::string_view credential) {
  std::string out = "HEADGATE";
  put<std::uint16_t>(out, version_min);
  put<std::uint16_t>(out, version_max);
  put<std::uint32_t>(out, receive_bytes_max);
  put<std::uint32_t>(out, 0);
  put<std::uint16_t>(out, name.size());
  out += name;
  if (!credential.empty()) {
    put<std::uint16_t>(out, credential.size());
    out += credential;
  }
  return frame(frame_type::hello, out);
}

std::string ping(std::string_view eight) { return frame(frame_type::ping, eight); }

std::string close(std::uint64_t sequence) {
  std::string out;
  put<std::uint64_t>(out, sequence);
  put<std::uint32_t>(out, 0);
  return frame(frame_type::close, out);
}

std::string block(const std::vector<record>& records) {
  std::string out;
  for (const record& r : records) {
    put<std::uint32_t>(out, r.value.size());
    put<std::uint16_t>(out, r.key ? r.key->size() : 0xffff);
    put<std::uint16_t>(out, r.headers.size());
    out += r.key.value_or("") + r.value;
    for (const auto& [name, value] : r.headers) {
      put<std::uint16_t>(out, name.size());
      put<std::uint32_t>(out, value.size());
      out += name + value;
    }
  }
  return out;
}

std::string encode(const publish& what) {
  const std::string records = block(what.records);
  std::string out;
  put<std::uint64_t>(out, what.sequence);
  put<std::uint8_t>(out, what.ack);
  put<std::uint8_t>(out, what.on_invalid);
  put<std::uint8_t>(out, what.compression);
  put<std::uint8_t>(out, what.results);
  put<std::uint16_t>(out, what.options);
  put<std::uint16_t>(out, what.topic.size());
  put<std::uint32_t>(out, what.records.size());
  put<std::uint32_t>(out, records.size());
  out += what.topic;
  out += what.compression == 0 ? records : what.packed;
  return frame(frame_type::publish, out);
}

std::optional<message> take(std::string& bytes) {
  if (bytes.size() < 12) return {};
  reader header(bytes);
  const auto length = header.get<std::uint32_t>();
  message out;
  out.type = static_cast<frame_type>(header.get<std::uint8_t>());
  if (bytes.size() < 12 + std::size_t{length}) return {};
  out.payload = bytes.substr(12, length);
  const std::string whole = bytes.substr(0, 12 + std::size_t{length});
  EXPECT_EQ(frame(out.type, out.payload), whole) << "reserved fields or checksum";
  bytes.erase(0, whole.size());
  read_fields(out);
  return out;
}

std::vector<message> take_all(std::string& bytes) {
  std::vector<message> all;
  while (auto one = take(bytes)) all.push_back(std::move(*one));
  EXPECT_TRUE(bytes.empty()) << "the gateway's output ends within a frame";
  return all;
}

std::string zstd_of_zeros(std::uint32_t bytes) {
  std::string out("\x28\xb5\x2f\xfd\xa0", 5);
  for (int i = 0; i < 4; ++i) out += static_cast<char>(bytes >> (8 * i));
  for (std::uint32_t left = bytes; left > 0;) {
    const std::uint32_t here = std::min<std::uint32_t>(left, 128 * 1024);
    left -= here;
    const std::uint32_t header = (left == 0 ? 1U : 0U) | 1U << 1 | here << 3;
    for (int i = 0; i < 3; ++i) out += static_cast<char>(header >> (8 * i));
    out += '\0';
  }
  return out;
}

}  // namespace frames_test
