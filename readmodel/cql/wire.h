// The notations of Cassandra's native protocol, version 4, as bytes: [short], [int], [string], [bytes]. Pure. Used by
// requests.h and responses.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace readmodel::cql {

inline constexpr std::uint8_t protocol_version = 4;
inline constexpr std::size_t header_bytes = 9;
/// Cassandra's own default limit for one frame; what claims more is no frame.
inline constexpr std::size_t frame_bytes_max = 16 * 1024 * 1024;

enum class opcode : std::uint8_t {
  error = 0x00,
  startup = 0x01,
  ready = 0x02,
  authenticate = 0x03,
  options = 0x05,
  supported = 0x06,
  query = 0x07,
  result = 0x08,
  prepare = 0x09,
  execute = 0x0a,
  event = 0x0c,
  auth_challenge = 0x0e,
  auth_response = 0x0f,
  auth_success = 0x10,
};

using bytes = std::string;
/// nullopt: null.
using value = std::optional<bytes>;

void put_short(bytes& to, std::uint16_t number);
void put_int(bytes& to, std::int32_t number);
void put_long(bytes& to, std::int64_t number);
/// At most 65,535 bytes; the caller sees to it.
void put_string(bytes& to, std::string_view text);
void put_long_string(bytes& to, std::string_view text);
void put_value(bytes& to, const value& one);

/// Takes things off the front. Once something was not there, everything that follows is empty and is_good() says so.
class reader {
 public:
  explicit reader(std::string_view from) noexcept : rest_(from) {}

  std::uint8_t take_byte() noexcept;
  std::uint16_t take_short() noexcept;
  std::int32_t take_int() noexcept;
  std::int64_t take_long() noexcept;
  std::string_view take_string() noexcept;
  std::string_view take_short_bytes() noexcept { return take_string(); }
  /// nullopt: null, or nothing there.
  std::optional<std::string_view> take_bytes() noexcept;
  std::string_view take(std::size_t count) noexcept;

  [[nodiscard]] bool is_good() const noexcept { return is_good_; }
  [[nodiscard]] std::string_view rest() const noexcept { return rest_; }

 private:
  template <typename Number>
  Number take_number() noexcept;

  std::string_view rest_;
  bool is_good_ = true;
};

struct frame_header {
  bool is_response = false;
  std::uint8_t version = 0;
  std::uint8_t flags = 0;
  std::int16_t stream = 0;
  opcode what = opcode::error;
  std::uint32_t body_bytes = 0;
};

/// From at least header_bytes.
[[nodiscard]] frame_header read_header(std::string_view from) noexcept;

/// Puts a header in front: appends it, lets the caller append the body, then writes the length.
class frame_writer {
 public:
  frame_writer(bytes& to, opcode what, std::int16_t stream);
  void finish();

 private:
  bytes* to_;
  std::size_t begin_;
};

}  // namespace readmodel::cql
