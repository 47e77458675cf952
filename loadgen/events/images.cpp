#include "loadgen/events/images.h"

#include <algorithm>
#include <array>

#include "loadgen/events/content_error.h"
#include "loadgen/events/mark.h"
#include "loadgen/events/random.h"
#include "loadgen/events/words.h"
#include "loadgen/units/option.h"
#include "loadgen/units/quantity.h"
#include "loadgen/units/wall_clock.h"

namespace loadgen::events {

namespace {

constexpr std::string_view mark_hole = "{{mark}}";
constexpr std::string_view aggregate_hole = "{{aggregate}}";
constexpr std::string_view timestamp_hole = "{{timestamp}}";
constexpr std::size_t aggregate_size = images::aggregate_prefix.size() + 7;
// Small enough to stay in a core's cache, enough variants to compress like real traffic.
constexpr std::size_t pool_bytes = 192U << 10;
constexpr std::size_t images_min = 64;
constexpr std::size_t images_max = 512;

std::size_t rendered_size(std::string_view text) {
  std::size_t size = text.size();
  const std::array<std::pair<std::string_view, std::size_t>, 3> holes{
      {{mark_hole, mark::size}, {aggregate_hole, aggregate_size}, {timestamp_hole, units::wall_clock::text_size}}};
  for (const auto& [hole, rendered] : holes) {
    for (auto at = text.find(hole); at != std::string_view::npos; at = text.find(hole, at + 1)) {
      size = size - hole.size() + rendered;
    }
  }
  return size;
}

/// Fills `text` (an object without its closing brace) up to `size` with a member of words, or spaces if too near.
void pad_and_close(std::string& text, std::size_t size, random_source& random) {
  constexpr std::string_view note = R"(,"note":")";
  const std::size_t missing = size - rendered_size(text) - 1;
  if (missing > note.size() + 1) {
    text += note;
    text += words(random, missing - note.size() - 1);
    text += '"';
  } else {
    text.append(missing, ' ');
  }
  text += '}';
}

std::string shop_event(std::size_t size, random_source& random) {
  std::string text = R"({"eventId":"{{mark}}")";
  const std::string_view type = pick_event_type(random);
  const std::array<std::string, 3> members{R"(,"aggregateId":"{{aggregate}}")",
                                           R"(,"eventType":")" + std::string(type) + '"',
                                           R"(,"timestamp":"{{timestamp}}")"};
  for (const std::string& next : members) {
    if (rendered_size(text) + rendered_size(next) + 1 <= size) text += next;
  }
  constexpr std::string_view payload = R"(,"payload":{)";
  const std::size_t used = rendered_size(text) + payload.size() + 2;
  if (used + 12 <= size) {
    // Most of a large event is free text; a payload's own members come first.
    text += payload;
    text += payload_members(type, random, size - used);
    text += '}';
  }
  pad_and_close(text, size, random);
  return text;
}

}  // namespace

images images::shop(const size_mix& sizes, std::uint32_t run, std::uint64_t seed) {
  if (sizes.smallest() < size_min) {
    units::refuse("--size", sizes.text(),
                  "write at least " + std::to_string(size_min) +
                      " bytes: they hold the event's id, which proves it, and its aggregate id");
  }
  const auto fitting = static_cast<std::size_t>(static_cast<double>(pool_bytes) / sizes.mean());
  std::vector<std::size_t> spread = sizes.spread(std::clamp(fitting, images_min, images_max));
  random_source random(seed);
  for (std::size_t i = spread.size(); i > 1; --i) {
    std::swap(spread[i - 1], spread[random.below(static_cast<std::uint32_t>(i))]);
  }
  images result;
  for (const std::size_t size : spread) result.add(shop_event(size, random), run);
  return result;
}

images images::from_template(std::string_view text, std::uint32_t run) {
  images result;
  for (std::string_view line : units::split(text, '\n')) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!line.empty()) result.add(line, run);
  }
  if (result.images_.empty()) throw content_error("it holds no event");
  return result;
}

void images::add(std::string_view text, std::uint32_t run) {
  image image;
  bool marked = false;
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view rest = text.substr(at);
    const auto here = static_cast<std::uint32_t>(image.bytes.size());
    if (rest.starts_with(mark_hole)) {
      if (marked) throw content_error("an event has {{mark}} twice; write it once");
      marked = true;
      image.mark_at = here;
      image.bytes += to_string(mark{run, 0, 0, 0, 0, 0});
      at += mark_hole.size();
    } else if (rest.starts_with(aggregate_hole)) {
      image.aggregate_at.push_back(here + static_cast<std::uint32_t>(aggregate_prefix.size()));
      image.bytes += aggregate_text(0);
      at += aggregate_hole.size();
    } else if (rest.starts_with(timestamp_hole)) {
      image.timestamp_at.push_back(here);
      image.bytes.append(units::wall_clock::text_size, '0');
      at += timestamp_hole.size();
    } else {
      image.bytes += text[at++];
    }
  }
  if (!marked) throw content_error("an event lacks {{mark}}, without which it cannot be verified");
  keyed_ = keyed_ && text.find(R"("aggregateId":"{{aggregate}}")") != std::string_view::npos;
  largest_ = std::max(largest_, image.bytes.size());
  images_.push_back(std::move(image));
}

double images::mean_size() const {
  double total = 0;
  for (const image& image : images_) total += static_cast<double>(image.bytes.size());
  return total / static_cast<double>(images_.size());
}

std::string aggregate_text(std::uint32_t aggregate) {
  std::string text(images::aggregate_prefix);
  text.resize(aggregate_size);
  write_hex7(text.data() + images::aggregate_prefix.size(), aggregate);
  return text;
}

}  // namespace loadgen::events
