#include "batching/kafka/wire/error_code.h"

#include <algorithm>
#include <iterator>

namespace batching::kafka::wire {

std::string describe(error_code code) {
  const std::string number = std::to_string(static_cast<std::int16_t>(code));
  const auto row = std::ranges::find(error_table, code, &error_row::code);
  if (row == std::end(error_table)) return "error " + number;
  return std::string(row->name) + " (" + number + "): " + std::string(row->text);
}

}  // namespace batching::kafka::wire
