#pragma once

// Little-endian fields of the frame protocol: written to memory that has room, read from bytes that may be too short.

#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>

namespace loadgen::frames {

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "fields are copied as they lie in memory");

/// Writes a field and returns the place behind it.
template <typename Value>
char* put_field(char* at, Value value) {
  static_assert(std::is_integral_v<Value>);
  std::memcpy(at, &value, sizeof value);
  return at + sizeof value;
}

class field_reader {
 public:
  explicit field_reader(std::string_view bytes) : bytes_(bytes) {}

  template <typename Value>
  Value take() {
    Value value{};
    if (bytes_.size() < sizeof value) {
      short_ = true;
      return value;
    }
    std::memcpy(&value, bytes_.data(), sizeof value);
    bytes_.remove_prefix(sizeof value);
    return value;
  }

  std::string_view text(std::size_t size) {
    if (bytes_.size() < size) {
      short_ = true;
      size = 0;
    }
    const std::string_view value = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return value;
  }

  bool too_short() const { return short_; }

 private:
  std::string_view bytes_;
  bool short_ = false;
};

}  // namespace loadgen::frames
