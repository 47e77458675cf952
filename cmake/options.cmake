# Build switches and the flags all of our own targets share, carried by the interface target headgate_flags.
option(HEADGATE_TESTS "Build the tests" ON)
option(HEADGATE_BENCH "Build the benchmarks" OFF)
option(HEADGATE_FUZZ "Build the libFuzzer targets (needs clang)" OFF)
set(HEADGATE_SANITIZE "" CACHE STRING "Sanitizers for our targets, e.g. address,undefined or thread")

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}")

find_program(HEADGATE_CCACHE ccache)
if(HEADGATE_CCACHE)
  set(CMAKE_C_COMPILER_LAUNCHER "${HEADGATE_CCACHE}")
  set(CMAKE_CXX_COMPILER_LAUNCHER "${HEADGATE_CCACHE}")
endif()

add_library(headgate_flags INTERFACE)
target_include_directories(headgate_flags INTERFACE "${PROJECT_SOURCE_DIR}")
target_compile_options(headgate_flags INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:-Wall;-Wextra;-Wpedantic;-Werror;-Wshadow;-Wnon-virtual-dtor;-Wold-style-cast>
  -fno-omit-frame-pointer)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # GCC 12 sees overlapping copies in std::string's operator+ where there are none (GCC bug 105329).
  target_compile_options(headgate_flags INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-Wno-restrict>)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  target_compile_options(headgate_flags INTERFACE -Wno-unused-command-line-argument
    -fconstexpr-steps=100000000) # tables made at compile time (CRC-32C)
endif()
if(HEADGATE_SANITIZE)
  add_compile_options(-fsanitize=${HEADGATE_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${HEADGATE_SANITIZE})
  # ThreadSanitizer does not see fences. Asio's order nothing that its scheduler's mutex does not order too, so they can go.
  if(HEADGATE_SANITIZE MATCHES "thread")
    add_compile_definitions(BOOST_ASIO_DISABLE_FENCED_BLOCK)
  endif()
endif()
if(HEADGATE_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    message(FATAL_ERROR "HEADGATE_FUZZ needs clang (libFuzzer): use `cmake --preset dev`.")
  endif()
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
# Programmer errors assert in release too (docs/adr, style): NDEBUG is never defined in our targets.
foreach(kind RELEASE RELWITHDEBINFO MINSIZEREL)
  string(REPLACE "-DNDEBUG" "" CMAKE_CXX_FLAGS_${kind} "${CMAKE_CXX_FLAGS_${kind}}")
endforeach()
