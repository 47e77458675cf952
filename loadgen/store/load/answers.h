#pragma once

// Reads the answers of an event store (docs/event-store.md). Pure. Used by writer and reader; one a client, as it keeps
// its parser.

#include <cstdint>
#include <memory>

#include "loadgen/http/response.h"
#include "loadgen/store/history/operations.h"
#include "loadgen/store/load/requests.h"

namespace loadgen::store::load {

class answer_reader {
 public:
  explicit answer_reader(request_form form);
  ~answer_reader();
  answer_reader(const answer_reader&) = delete;
  answer_reader& operator=(const answer_reader&) = delete;

  /// Fills what the answer says; false: it makes no sense, and `into` says unknown.
  bool read_append(const http::response& from, history::attempt& into);

  /// The answer 200 to a read. A contradiction to the question or within the answer is the flaw of `into`.
  void read_events(const http::response& from, const read_question& of, history::read& into);

 private:
  struct parser;
  void read_events_checked(const http::response& from, const read_question& of, history::read& into);

  const request_form form_;
  std::unique_ptr<parser> parser_;
};

/// Whether sending the same request again may succeed.
bool is_worth_repeating(const history::attempt& told);

}  // namespace loadgen::store::load
