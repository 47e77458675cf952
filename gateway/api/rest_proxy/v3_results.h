// The result of each record of an ack, one after the other, in version 3's words; and the documents that say so. The
// half of the dialect that writes, for streams and for batches.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "batching/ack.h"
#include "gateway/api/answer_texts.h"
#include "gateway/api/rest_proxy/v3_record.h"

namespace gateway::api::rest_proxy {

/// The subject of a report.
struct v3_place {
  std::string_view cluster;
  std::string_view topic;
};

struct v3_result {
  int code = 200;
  batching::position at;
  std::string text;  // beside a code that is not 200
};

class v3_results {
 public:
  /// `timed_out`: what is still open counts as possibly persisted. The ack was begun with positions.
  v3_results(batching::ack& a, bool timed_out);
  [[nodiscard]] v3_result next();

 private:
  std::span<const batching::position> positions_;
  std::span<const batching::failure> failures_;
  std::vector<std::uint32_t> open_;
  std::uint32_t index_ = 0;
  std::size_t open_at_ = 0;
  std::size_t failed_at_ = 0;
  answer_texts texts_;
};

/// The error code of a record that is not stored: 400, 403, 404, 413 or 503, of which the last is worth a retry.
[[nodiscard]] int v3_code_of(batching::outcome fate, batching::reason why) noexcept;

/// Appends the members of a success without braces: "cluster_id":.., ..
void append_report(std::string& to, const v3_place& of, const batching::position& at, const v3_note& n);

/// Appends a document for each note, in their order, with CR LF between them and before the first if `wrote`.
void append_documents(std::string& to, const v3_place& of, std::span<const v3_note> notes, batching::ack& a,
                      bool timed_out, bool& wrote);
/// The CR LF before a document that is not the first.
void append_separator(std::string& to, bool& wrote);

}  // namespace gateway::api::rest_proxy
