#include "readmodel/project/collector.h"

#include <utility>

namespace readmodel::project {

void collected::add(kafka::message one) {
  bytes += one.record().key.size() + one.record().value.size();
  records[one.record().partition].push_back(one.record());
  messages.push_back(std::move(one));
}

collected collect(kafka::consumer& from, const batch_limits& limits, std::chrono::milliseconds patience) {
  collected all;
  auto one = from.next(patience);
  while (one) {
    all.add(std::move(*one));
    if (all.messages.size() >= limits.events_max || all.bytes >= limits.bytes_max) break;
    one = from.next(std::chrono::milliseconds(0));
  }
  return all;
}

}  // namespace readmodel::project
