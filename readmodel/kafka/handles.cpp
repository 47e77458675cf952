#include "readmodel/kafka/handles.h"

#include <array>

namespace readmodel::kafka {

std::string set_all(rd_kafka_conf_t* conf, const properties& list) {
  std::array<char, 256> why{};
  for (const auto& [name, value] : list)
    if (rd_kafka_conf_set(conf, name.c_str(), value.c_str(), why.data(), why.size()) != RD_KAFKA_CONF_OK)
      return name + ": " + why.data();
  return {};
}

}  // namespace readmodel::kafka
