// Numbers as Kafka's protocol writes them.
#pragma once

#include <boost/endian/conversion.hpp>
#include <cstring>
#include <string_view>

namespace batching::kafka::wire {

template <typename Number>
void store(char* at, Number value) noexcept {
  value = boost::endian::native_to_big(value);
  std::memcpy(at, &value, sizeof value);
}

/// Takes a number off the front. False: there is not enough; nothing was taken.
template <typename Number>
[[nodiscard]] bool take(std::string_view& from, Number& value) noexcept {
  if (from.size() < sizeof value) return false;
  std::memcpy(&value, from.data(), sizeof value);
  boost::endian::big_to_native_inplace(value);
  from.remove_prefix(sizeof value);
  return true;
}

}  // namespace batching::kafka::wire
