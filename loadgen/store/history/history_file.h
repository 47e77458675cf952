#pragma once

// The history as a file that people and other auditors read: one JSON object a line, first the run, then every append
// with its attempts, then every read. Written when a run is over.

#include <string>

#include "loadgen/store/history/operations.h"

namespace loadgen::store::history {

/// "headgate-store-5f0c2a91.ndjson" in the temporary folder.
std::string default_history_file(const std::string& run);

/// Throws std::runtime_error that names the file.
void save(const recorded& what, const std::string& topic, const std::string& path);

}  // namespace loadgen::store::history
