#include "store/ownership/fence_record.h"

#include <algorithm>

namespace store::ownership {
namespace {

namespace wire = batching::kafka::wire;

struct no_home final : batching::batch_home {
  void take_back(std::unique_ptr<batching::batch>) noexcept override {}
};

}  // namespace

void write_fence(const std::shared_ptr<batching::topic>& of, std::int32_t partition, const wire::producer_identity& as,
                 std::int64_t wall_ms, wire::buffer& to) {
  no_home home;
  batching::batch one(home, of, partition);
  one.admit_at({}, wall_ms);
  const batching::header header[] = {{fence_header, "1"}};
  one.append({}, false, {}, header, nullptr, 0);
  wire::compressor none;
  wire::buffer scratch;
  const wire::record_range all[] = {{&one, 0, 1}};
  wire::write_record_batch(all, {as, 0}, {}, none, scratch, to);
}

bool is_fence(const wire::read_record& r) noexcept {
  return !r.has_key && std::ranges::any_of(r.headers, [](const auto& h) { return h.name == fence_header; });
}

}  // namespace store::ownership
