// A record's bytes as an event: JSON, with a type and a version where the projection's format says. Used by the folder.
#pragma once

#include <boost/system/result.hpp>
#include <string>

#include "readmodel/fold/event.h"
#include "readmodel/fold/projection.h"

namespace readmodel::fold {

struct refusal {
  std::string why;
};

class event_reader {
 public:
  explicit event_reader(const event_format& format) : format_(&format) {}

  /// Valid until the next call. The error says why this is no event.
  [[nodiscard]] boost::system::result<event, refusal> read(const record& from);

 private:
  const event_format* format_;
  simdjson::dom::parser parser_;
};

}  // namespace readmodel::fold
