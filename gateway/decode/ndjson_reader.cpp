#include "gateway/decode/ndjson_reader.h"

#include <cstring>

#include "gateway/decode/text.h"

namespace gateway::decode {
namespace {

constexpr std::string_view white_space = " \t\r\n";

/// The end of the line in which `from` lies: its newline, or the text's end.
const char* line_end(const char* from, const char* text_end) noexcept {
  const void* newline = std::memchr(from, '\n', static_cast<std::size_t>(text_end - from));
  return newline == nullptr ? text_end : static_cast<const char*>(newline);
}

std::string_view between(const char* first, const char* last) noexcept {
  return {first, static_cast<std::size_t>(last - first)};
}

std::string_view take_line(std::string_view& rest) noexcept {
  const std::size_t newline = rest.find('\n');
  const std::string_view line = rest.substr(0, newline);
  rest.remove_prefix(newline == std::string_view::npos ? rest.size() : newline + 1);
  return line;
}

}  // namespace

bool ndjson_reader::run() {
  if (!write_->how().validate) return unchecked();
  while (!rest_.empty())
    if (!window(next_window())) return false;
  return true;
}

std::string_view ndjson_reader::next_window() noexcept {
  std::size_t length = rest_.size();
  if (length > window_bytes) {
    std::size_t newline = rest_.rfind('\n', window_bytes - 1);
    if (newline == std::string_view::npos) newline = rest_.find('\n', window_bytes);
    if (newline != std::string_view::npos) length = newline + 1;
  }
  const std::string_view text = rest_.substr(0, length);
  rest_.remove_prefix(length);
  return text;
}

bool ndjson_reader::window(std::string_view text) {
  switch (tokens_->scan(text)) {
    case structural_index::verdict::ok: return lines(text);
    case structural_index::verdict::blank: return true;
    case structural_index::verdict::bad: break;
  }
  return each_line_alone(text);
}

bool ndjson_reader::each_line_alone(std::string_view text) {
  for (;;) {
    const std::size_t blank = text.find_first_not_of(white_space);  // any number of blank lines, in one pass
    if (blank == std::string_view::npos) return true;
    text.remove_prefix(blank);
    const std::string_view line = take_line(text);
    const auto verdict = tokens_->scan(line);
    if (verdict == structural_index::verdict::blank) continue;
    if (verdict == structural_index::verdict::ok) {
      if (!lines(line)) return false;
      continue;
    }
    if (write_->full()) return false;
    write_->broken(trimmed(line));
  }
}

bool ndjson_reader::lines(std::string_view text) {
  const char* const base = text.data();
  const char* const text_end = base + text.size();
  walker::cursor at = tokens_->begin();
  const walker::cursor end = tokens_->end();
  walk_->begin(text, end, write_->how().keys, write_->how().depth_max);
  while (at < end) {
    if (write_->full()) return false;
    const char* const first = base + *at;
    const char* const last = line_end(first, text_end);
    const auto limit = static_cast<std::uint32_t>(last - base);
    if (*first == '{') {
      tokens_->guard(*at);
      const walker::cursor next = walk_->object(at, limit);
      const bool whole = next != nullptr && next <= end && next[-1] < limit && (next == end || *next > limit);
      if (whole) [[likely]] {
        write_->walked(between(first, base + next[-1] + 1), *walk_);
        at = next;
        continue;
      }
      write_->broken(trimmed(between(first, last)));
    } else {
      odd_line(trimmed(between(first, last)));
    }
    while (at < end && *at < limit) ++at;
  }
  return true;
}

void ndjson_reader::odd_line(std::string_view line) {
  const auto found = check(line, write_->how().depth_max);
  if (!found) return write_->text(line, true);
  write_->invalid(line, line.data() + found->offset, found->what);
}

bool ndjson_reader::unchecked() {
  while (!rest_.empty()) {
    const std::string_view line = trimmed(take_line(rest_));
    if (line.empty()) continue;
    if (write_->full()) return false;
    write_->text(line, false);
  }
  return true;
}

}  // namespace gateway::decode
