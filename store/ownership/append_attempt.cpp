#include "store/ownership/append_attempt.h"

#include <vector>

namespace store::ownership {

namespace wire = batching::kafka::wire;

void lay_out(append_attempt& attempt, wire::compression how, wire::compressor& with, wire::buffer& scratch) {
  std::vector<wire::record_range> ranges;
  ranges.reserve(attempt.parts.size());
  attempt.records = 0;
  for (const auto& part : attempt.parts) {
    const auto count = static_cast<std::uint32_t>(part->records().size());
    ranges.push_back({part.get(), 0, count});
    attempt.records += static_cast<std::int32_t>(count);
  }
  attempt.bytes.clear();
  wire::write_record_batch(ranges, {attempt.by, attempt.sequence}, how, with, scratch, attempt.bytes);
}

}  // namespace store::ownership
