#include "gateway/app/start_up_pages.h"

#include <link.h>
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>

namespace gateway::app {
namespace {

// Code is never written to, so the file has all of it. Pages that the loader relocated (and made read-only again) are
// not code.
int release_code(dl_phdr_info* object, std::size_t, void*) noexcept {
  const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
  for (int i = 0; i < object->dlpi_phnum; ++i) {
    const auto& segment = object->dlpi_phdr[i];
    if (segment.p_type != PT_LOAD || (segment.p_flags & PF_X) == 0 || (segment.p_flags & PF_W) != 0) continue;
    const std::uintptr_t begin = (object->dlpi_addr + segment.p_vaddr) & ~(page - 1);
    const std::uintptr_t end = object->dlpi_addr + segment.p_vaddr + segment.p_filesz;
    madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);  // refused for the kernel's own: no matter
  }
  return 0;
}

}  // namespace

void release_start_up_pages() noexcept {
  malloc_trim(0);
  dl_iterate_phdr(release_code, nullptr);
}

}  // namespace gateway::app
