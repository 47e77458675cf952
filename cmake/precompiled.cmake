# Precompiled headers, for the presets `quick`, `dev` and `tsan`: more than half of a build's time goes into reading the same headers again and
# again. The other presets build our libraries and programs without them, because a file that lacks an include is found only there.
option(HEADGATE_PRECOMPILE "Build with precompiled headers (presets quick, dev and tsan)" OFF)

# The headers that most of our files include, and that are slow to read. No file may rely on it.
set(headgate_precompiled_std
  <algorithm> <array> <atomic> <charconv> <chrono> <cstdint> <cstring> <deque> <functional> <map> <memory> <optional> <ranges> <span> <string>
  <string_view> <unordered_map> <utility> <vector> <boost/system/result.hpp>)
set(headgate_precompiled_asio
  <boost/asio/buffer.hpp> <boost/asio/io_context.hpp> <boost/asio/ip/tcp.hpp> <boost/asio/post.hpp> <boost/asio/steady_timer.hpp>)

# headgate_precompiled_headers(TARGET LIBRARY HEADER...): compiles them once, with the flags that all of our targets share.
function(headgate_precompiled_headers target library)
  set(empty "${PROJECT_BINARY_DIR}/generated/${target}.cpp")
  file(CONFIGURE OUTPUT "${empty}" CONTENT "// Holds the precompiled headers of cmake/precompiled.cmake.\n")
  add_library(${target} STATIC "${empty}")
  target_link_libraries(${target} PRIVATE headgate_flags ${library})
  target_precompile_headers(${target} PRIVATE ${ARGN})
endfunction()

# Whether a target links headgate_asio, itself or through another of ours.
function(headgate_links_asio target answer)
  set(${answer} FALSE PARENT_SCOPE)
  if(NOT TARGET ${target})
    return()
  endif()
  get_target_property(libraries ${target} LINK_LIBRARIES)
  foreach(library IN LISTS libraries)
    headgate_links_asio("${library}" links)
    if(library STREQUAL "headgate_asio" OR links)
      set(${answer} TRUE PARENT_SCOPE)
      return()
    endif()
  endforeach()
endfunction()

# Call when all targets below the named folders are there: our libraries and programs.
function(headgate_precompile)
  if(NOT HEADGATE_PRECOMPILE)
    return()
  endif()
  headgate_precompiled_headers(headgate_std_headers Boost::headers ${headgate_precompiled_std})
  headgate_precompiled_headers(headgate_asio_headers headgate_asio ${headgate_precompiled_std} ${headgate_precompiled_asio})
  headgate_reuse_headers(headgate_std_headers headgate_asio_headers ${ARGN})
endfunction()

# The same for tests, in every preset: their headers hold GoogleTest too.
function(headgate_precompile_tests)
  headgate_precompiled_headers(headgate_gtest_headers "Boost::headers;GTest::gtest_main" ${headgate_precompiled_std} <gtest/gtest.h>)
  headgate_precompiled_headers(headgate_gtest_asio_headers "headgate_asio;GTest::gtest_main" ${headgate_precompiled_std} ${headgate_precompiled_asio}
    <gtest/gtest.h>)
  headgate_reuse_headers(headgate_gtest_headers headgate_gtest_asio_headers ${ARGN})
endfunction()

function(headgate_reuse_headers plain with_asio)
  headgate_targets_below(targets ${ARGN})
  foreach(target IN LISTS targets)
    get_target_property(type ${target} TYPE)
    get_target_property(own_headers ${target} PRECOMPILE_HEADERS)
    headgate_links_asio(${target} links_asio)
    if(links_asio)
      set(headers ${with_asio})
    else()
      set(headers ${plain})
    endif()
    if(NOT own_headers AND (type STREQUAL "STATIC_LIBRARY" OR type STREQUAL "EXECUTABLE"))
      target_precompile_headers(${target} REUSE_FROM ${headers})
    endif()
  endforeach()
endfunction()

function(headgate_targets_below result)
  set(found)
  foreach(folder IN LISTS ARGN)
    get_property(own DIRECTORY "${folder}" PROPERTY BUILDSYSTEM_TARGETS)
    get_property(below DIRECTORY "${folder}" PROPERTY SUBDIRECTORIES)
    headgate_targets_below(deeper ${below})
    list(APPEND found ${own} ${deeper})
  endforeach()
  set(${result} ${found} PARENT_SCOPE)
endfunction()
