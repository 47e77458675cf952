// The record that fences another writer: written under its producer id and the epoch above its last one, it makes the
// leader refuse whatever that writer still sends. No key, an empty value, and one header by which consumers leave it
// out. Pure.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "batching/kafka/wire/record_batch.h"
#include "batching/kafka/wire/record_batch_reader.h"

namespace store::ownership {

inline constexpr std::string_view fence_header = "headgate-fence";

/// Appends the record batch.
void write_fence(const std::shared_ptr<batching::topic>& of, std::int32_t partition,
                 const batching::kafka::wire::producer_identity& as, std::int64_t wall_ms,
                 batching::kafka::wire::buffer& to);
[[nodiscard]] bool is_fence(const batching::kafka::wire::read_record& r) noexcept;

}  // namespace store::ownership
