// The configuration for people: what is in force and where it comes from, and every option there is. Both derive from
// the option table.
#pragma once

#include <string>

#include "gateway/config/draft.h"
#include "gateway/config/settings.h"

namespace gateway::config {

/// `headgate config`: YAML that reads back as the same settings, each value with its origin as a comment. Secrets are
/// masked.
[[nodiscard]] std::string render_effective(const draft& from, const settings& s);

/// `headgate config --options`, and the tables of docs/configuration.md: Markdown, a table a section.
[[nodiscard]] std::string render_options();
/// The table of refused librdkafka properties.
[[nodiscard]] std::string render_refused_properties();
/// The table of those with which the direct publisher stays at work.
[[nodiscard]] std::string render_known_properties();

}  // namespace gateway::config
