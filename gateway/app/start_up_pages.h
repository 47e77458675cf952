// Memory that only the start needed: called once, when the gateway is ready.
#pragma once

namespace gateway::app {

/// Gives freed heap back, and lets go of the pages of code that the start ran through (43 libraries, most of them what
/// librdkafka depends on). Code that is needed again is mapped again from the page cache, a minor fault each 64 KiB.
/// Any thread.
void release_start_up_pages() noexcept;

}  // namespace gateway::app
