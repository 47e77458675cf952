// Reads a YAML configuration into a draft. Faults go to draft::errors, each with its line. Used by load().
#pragma once

#include <string>
#include <string_view>

#include "gateway/config/draft.h"
#include "gateway/config/load.h"

namespace gateway::config {

void read_yaml_file(const std::string& path, const environment_lookup& environment, draft& into);
/// `name` stands for the file in messages.
void read_yaml(std::string_view text, const std::string& name, const environment_lookup& environment, draft& into);

}  // namespace gateway::config
