// The kinds of options: each makes a row of the catalogue from a path, a place in the settings, and bounds. Used by
// option_table.cpp and topic_options.cpp only.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "gateway/config/option_table.h"
#include "gateway/config/values.h"

namespace gateway::config {

/// A place in a settings struct, one to three members deep.
template <typename Target, typename A>
auto at(A Target::*a) {
  return [a](auto& in) -> auto& { return in.*a; };
}
template <typename Target, typename A, typename B>
auto at(A Target::*a, B A::*b) {
  return [ a, b ](auto& in) -> auto& { return (in.*a).*b; };
}
template <typename Target, typename A, typename B, typename C>
auto at(A Target::*a, B A::*b, C B::*c) {
  return [ a, b, c ](auto& in) -> auto& { return ((in.*a).*b).*c; };
}

template <typename Target, typename Place>
using value_at = std::remove_cvref_t<decltype(std::declval<Place>()(std::declval<Target&>()))>;

inline const flaw sound{errc::invalid_value, {}};

/// One written text, not a list of them.
template <typename Target, typename Set>
auto one(Set set) {
  return [set](Target& in, const written& w) -> flaw {
    if (w.is_list) return {errc::wrong_type, "takes one value, not a list"};
    return set(in, w.items.front());
  };
}

template <typename T>
flaw bounded(const parsed<std::uint64_t>& value, std::uint64_t low, std::uint64_t high, const std::string& range,
             T& to) {
  if (!value) return {errc::invalid_value, value.error().text};
  if (*value < low || *value > high) return {errc::out_of_bounds, "must be " + range};
  to = static_cast<T>(*value);
  return sound;
}

template <typename Target, typename Place>
option<Target> size_option(std::string_view path, Place place, std::uint64_t low, std::uint64_t high,
                           std::string_view doc) {
  const std::string range = format_size(low) + " to " + format_size(high);
  return {path,
          "size, " + range,
          false,
          {},
          doc,
          false,
          one<Target>([=](Target& in, const std::string& text) {
            return bounded(parse_size(text), low, high, range, place(in));
          }),
          [=](const Target& in) { return format_size(static_cast<std::uint64_t>(place(in))); }};
}

template <typename Target, typename Place>
option<Target> number_option(std::string_view path, Place place, std::uint64_t low, std::uint64_t high,
                             std::string_view doc) {
  const std::string range = std::to_string(low) + " to " + std::to_string(high);
  return {path,
          "number, " + range,
          false,
          {},
          doc,
          false,
          one<Target>([=](Target& in, const std::string& text) {
            return bounded(parse_number(text), low, high, range, place(in));
          }),
          [=](const Target& in) { return std::to_string(place(in)); }};
}

template <typename Target, typename Place>
option<Target> duration_option(std::string_view path, Place place, std::chrono::microseconds low,
                               std::chrono::microseconds high, std::string_view doc) {
  using duration = value_at<Target, Place>;
  const std::string range = format_duration(low) + " to " + format_duration(high);
  const auto set = [=](Target& in, const std::string& text) -> flaw {
    const auto value = parse_duration(text);
    if (!value) return {errc::invalid_value, value.error().text};
    if (*value < low || *value > high) return {errc::out_of_bounds, "must be " + range};
    place(in) = std::chrono::duration_cast<duration>(*value);
    if (place(in) != *value) return {errc::invalid_value, "must be whole milliseconds"};
    return sound;
  };
  return {path, "duration, " + range, false, {}, doc, false, one<Target>(set), [=](const Target& in) {
            return format_duration(place(in));
          }};
}

template <typename Target, typename Place>
option<Target> truth_option(std::string_view path, Place place, std::string_view doc) {
  const auto set = [=](Target& in, const std::string& text) -> flaw {
    const auto value = parse_truth(text);
    if (!value) return {errc::invalid_value, value.error().text};
    place(in) = *value;
    return sound;
  };
  return {path, "true or false", false, {}, doc, false, one<Target>(set), [=](const Target& in) {
            return std::string(place(in) ? "true" : "false");
          }};
}

template <typename Target, typename Place>
option<Target> endpoint_option(std::string_view path, Place place, std::string_view doc) {
  const auto set = [=](Target& in, const std::string& text) -> flaw {
    auto value = parse_endpoint(text);
    if (!value) return {errc::invalid_value, value.error().text};
    place(in) = *std::move(value);
    return sound;
  };
  return {path, "ADDRESS:PORT or off", false, {}, doc, false, one<Target>(set), [=](const Target& in) {
            return format_endpoint(place(in));
          }};
}

template <typename T, std::size_t N>
using choices = std::array<std::pair<std::string_view, T>, N>;

template <typename Target, typename Place, typename T, std::size_t N>
option<Target> choice_option(std::string_view path, Place place, const choices<T, N>& names, std::string_view doc) {
  std::string list;
  for (const auto& [word, value] : names) list.append(list.empty() ? "" : ", ").append(word);
  const auto set = [=](Target& in, const std::string& text) -> flaw {
    for (const auto& [word, value] : names)
      if (word == text) return place(in) = value, sound;
    return {errc::invalid_value, "'" + text.substr(0, 100) + "' is not one of " + list};
  };
  const auto show = [=](const Target& in) {
    for (const auto& [word, value] : names)
      if (value == place(in)) return std::string(word);
    return std::string("?");
  };
  return {path, "one of " + list, false, {}, doc, false, one<Target>(set), show};
}

/// `check` returns what is wrong with one text; empty: nothing.
template <typename Target, typename Place, typename Check>
option<Target> text_option(std::string_view path, Place place, std::string takes, Check check, std::string_view doc) {
  const auto set = [=](Target& in, const std::string& text) -> flaw {
    if (std::string wrong = check(text); !wrong.empty()) return {errc::invalid_value, std::move(wrong)};
    place(in) = text;
    return sound;
  };
  return {path, std::move(takes), false, {}, doc, false, one<Target>(set), [=](const Target& in) { return place(in); }};
}

template <typename Target, typename Place, typename Check>
option<Target> list_option(std::string_view path, Place place, std::string takes, std::size_t items_max, Check check,
                           std::string_view doc) {
  const auto set = [=](Target& in, const written& w) -> flaw {
    if (w.items.size() > items_max)
      return {errc::out_of_bounds, "takes at most " + std::to_string(items_max) + " values"};
    for (const std::string& text : w.items)
      if (std::string wrong = check(text); !wrong.empty()) return {errc::invalid_value, std::move(wrong)};
    place(in) = w.items;
    return sound;
  };
  const auto show = [=](const Target& in) {
    std::string out = "[";
    for (const std::string& text : place(in)) out.append(out.size() > 1 ? ", " : "").append(yaml_scalar(text, true));
    return out + "]";
  };
  return {path, std::move(takes), false, {}, doc, true, set, show};
}

template <typename Target>
option<Target> reloadable(option<Target> row) {
  row.reloadable = true;
  return row;
}
template <typename Target>
option<Target> secret(option<Target> row) {
  row.is_secret = true;
  return row;
}
template <typename Target>
option<Target> derived(option<Target> row, std::string_view how) {
  row.derived = how;
  return row;
}

}  // namespace gateway::config
