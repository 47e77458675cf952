// Reads a JSON body: an object is one event, an array of objects one event an element; or any document is one event. An
// array that does not parse to its end gives no events at all.
#pragma once

#include <boost/system/result.hpp>
#include <string_view>

#include "gateway/decode/event_writer.h"
#include "gateway/decode/structural_index.h"
#include "gateway/decode/walker.h"

namespace gateway::decode {

class json_reader {
 public:
  /// `body` is without white space at its ends and not empty.
  json_reader(std::string_view body, event_writer& write, structural_index& tokens, walker& walk)
      : body_(body), write_(&write), tokens_(&tokens), walk_(&walk) {}

  boost::system::result<void, body_error> run();
  boost::system::result<void, body_error> run_document();

 private:
  boost::system::result<void, body_error> array();
  void single(std::string_view refusal);
  void object();
  [[nodiscard]] bool looks_like_lines() const;
  [[nodiscard]] const char* second_line() const noexcept;
  [[nodiscard]] std::string_view slice(walker::cursor at, walker::cursor next) const noexcept;
  body_error broken_array();

  std::string_view body_;
  event_writer* write_;
  structural_index* tokens_;
  walker* walk_;
};

}  // namespace gateway::decode
