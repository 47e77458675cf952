#include "bench/references/event_pool.h"

#include <array>
#include <cassert>
#include <cstdio>
#include <random>

namespace bench::references {
namespace {

constexpr std::array<std::string_view, 6> types = {"OrderPlaced",   "UserCreated",   "PaymentTaken",
                                                   "ItemAddedCart", "ParcelShipped", "AddressMoved"};

// Words rather than random bytes, so that the events compress about as well as real ones do (3-4 times).
constexpr std::array<std::string_view, 16> words = {"amount", "basket", "courier", "delivery", "express", "forwarder",
                                                    "gift",   "hamper", "invoice", "journey",  "kilo",    "ledger",
                                                    "market", "number", "order",   "parcel"};

std::string note(std::size_t bytes, std::mt19937& random) {
  std::string text;
  while (text.size() < bytes) {
    text += words[random() % words.size()];
    text += ' ';
    text += std::to_string(random() % 10'000);
    text += ' ';
  }
  text.resize(bytes);
  return text;
}

}  // namespace

event_pool::event_pool(const pool_shape& shape) : event_bytes_(shape.event_bytes) {
  assert(shape.event_bytes >= event_bytes_min && shape.events > 0 && shape.aggregates > 0);
  std::mt19937 random(shape.seed);
  bytes_.reserve(shape.events * shape.event_bytes);
  entries_.reserve(shape.events);
  std::array<char, 256> head;
  for (std::size_t i = 0; i < shape.events; ++i) {
    const std::string_view type = types[random() % types.size()];
    const int head_bytes = std::snprintf(
        head.data(), head.size(),
        R"({"eventId":"%08x-%04x-4%03x-9%03x-%08x%04x","eventType":"%.*s","timestamp":"2026-01-%02uT%02u:%02u:%02u.%03uZ","aggregateId":")",
        static_cast<unsigned>(random()), static_cast<unsigned>(random() & 0xffffU),
        static_cast<unsigned>(random() & 0xfffU), static_cast<unsigned>(random() & 0xfffU),
        static_cast<unsigned>(random()), static_cast<unsigned>(random() & 0xffffU), static_cast<int>(type.size()),
        type.data(), static_cast<unsigned>(random() % 28 + 1), static_cast<unsigned>(random() % 24),
        static_cast<unsigned>(random() % 60), static_cast<unsigned>(random() % 60),
        static_cast<unsigned>(random() % 1000));
    std::string event(head.data(), static_cast<std::size_t>(head_bytes));
    const std::size_t key_at = event.size();
    std::array<char, key_bytes + 1> key;
    std::snprintf(key.data(), key.size(), "agg-%012u", static_cast<unsigned>(random() % shape.aggregates));
    event += key.data();
    event += R"(","payload":{"n":)";
    event += std::to_string(random() % 10);
    event += R"(,"note":")";
    constexpr std::string_view tail = R"("}})";
    assert(event.size() + tail.size() <= shape.event_bytes);
    event += note(shape.event_bytes - event.size() - tail.size(), random);
    event += tail;
    entries_.push_back({bytes_.size(), bytes_.size() + key_at});
    bytes_ += event;
  }
}

}  // namespace bench::references
