#include "loadgen/events/words.h"

#include <array>

namespace loadgen::events {

namespace {

// As often as a shop sees them.
constexpr std::array<std::string_view, 10> types{
    "ItemAddedToCart",     "ItemAddedToCart", "ItemAddedToCart", "ItemAddedToCart", "ItemRemovedFromCart",
    "ItemRemovedFromCart", "OrderPlaced",     "OrderPlaced",     "UserCreated",     "ItemAddedToCart"};
constexpr std::array<std::string_view, 12> products{
    "Espresso machine", "Desk lamp, brass", "Running shoes 42", "Wool blanket",  "Cast iron pan", "Field notebook",
    "Bicycle bell",     "Linen shirt M",    "Ceramic mug blue", "Garden shears", "Rain jacket L", "Travel adapter"};
constexpr std::array<std::string_view, 8> names{"Maria Kowalska",  "Jonas Lindqvist", "Aisha Rahman", "Tom Becker",
                                                "Lucia Fernandez", "Ken Watanabe",    "Chloe Martin", "Ivan Petrov"};
constexpr std::array<std::string_view, 6> cities{"Leipzig", "Rotterdam", "Porto", "Gdansk", "Lyon", "Turin"};
constexpr std::array<std::string_view, 6> campaigns{"spring", "newsletter", "organic", "partner", "retarget", "none"};
constexpr std::array<std::string_view, 24> vocabulary{
    "order", "customer", "shipping", "address", "standard", "delivery", "please", "leave",
    "at",    "the",      "door",     "gift",    "wrapped",  "with",     "card",   "second",
    "floor", "ring",     "bell",     "twice",   "before",   "noon",     "thank",  "you"};

template <std::size_t Size>
std::string any(random_source& random, const std::array<std::string_view, Size>& from) {
  return std::string(from[random.below(Size)]);
}

std::string number(random_source& random, std::uint32_t below) { return std::to_string(random.below(below)); }

std::string price(random_source& random) { return number(random, 400) + "." + std::to_string(10 + random.below(90)); }

/// The n-th member of a payload; they repeat in meaning only after the type's own are used up.
std::string member(std::string_view type, random_source& random, std::size_t n) {
  const bool user = type == "UserCreated";
  switch (n) {
    case 0: return user ? R"("name":")" + any(random, names) + '"' : R"("sku":"SKU-)" + number(random, 90000) + '"';
    case 1: return user ? R"("city":")" + any(random, cities) + '"' : R"("quantity":)" + number(random, 9);
    case 2: return R"("price":)" + price(random);
    case 3: return R"("currency":"EUR")";
    case 4: return R"("product":")" + any(random, products) + '"';
    case 5: return R"("customerId":"u-)" + number(random, 1000000) + '"';
    case 6: return R"("campaign":")" + any(random, campaigns) + '"';
    case 7: return R"("session":"s-)" + number(random, 100000000) + '"';
    case 8: return R"("shipTo":{"city":")" + any(random, cities) + R"(","zip":")" + number(random, 90000) + R"("})";
    default: return {};
  }
}

}  // namespace

std::string_view pick_event_type(random_source& random) { return types[random.below(types.size())]; }

std::string payload_members(std::string_view type, random_source& random, std::size_t size) {
  std::string members;
  for (std::size_t n = 0; n < 9; ++n) {
    const std::string next = member(type, random, n);
    if (members.size() + next.size() + 1 > size) continue;
    if (!members.empty()) members += ',';
    members += next;
  }
  return members;
}

std::string words(random_source& random, std::size_t size) {
  std::string text;
  while (text.size() < size) {
    if (!text.empty()) text += ' ';
    text += any(random, vocabulary);
  }
  text.resize(size);
  return text;
}

}  // namespace loadgen::events
