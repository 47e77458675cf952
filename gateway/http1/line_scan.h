// Finds where a line ends: the first control character but HTAB, 16 bytes a step where the machine can. Every line of a
// head goes through it, so a NUL, a bare CR or a bare LF cannot hide inside one.
#pragma once

#include <cstddef>
#include <string_view>

#include "gateway/http1/chars.h"
#if defined(__SSE2__)
#include <emmintrin.h>

#include <bit>
#endif

namespace gateway::http1 {

/// npos: none from `from` on.
[[nodiscard]] inline std::size_t find_line_end(std::string_view bytes, std::size_t from) noexcept {
#if defined(__SSE2__)
  const __m128i last_control = _mm_set1_epi8(0x1f);
  const __m128i tab = _mm_set1_epi8('\t');
  const __m128i del = _mm_set1_epi8(0x7f);
  for (; from + 16 <= bytes.size(); from += 16) {
    const __m128i x = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes.data() + from));
    const __m128i low = _mm_cmpeq_epi8(_mm_min_epu8(x, last_control), x);
    const __m128i end = _mm_or_si128(_mm_andnot_si128(_mm_cmpeq_epi8(x, tab), low), _mm_cmpeq_epi8(x, del));
    if (const int mask = _mm_movemask_epi8(end); mask != 0)
      return from + static_cast<std::size_t>(std::countr_zero(static_cast<unsigned>(mask)));
  }
#endif
  for (; from < bytes.size(); ++from)
    if (is(bytes[from], is_line_end)) return from;
  return std::string_view::npos;
}

}  // namespace gateway::http1
