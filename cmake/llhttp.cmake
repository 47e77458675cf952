# Target headgate_llhttp: the packaged library if there is one, else Debian 12's packaged C source compiled strict.
find_path(LLHTTP_INCLUDE_DIR llhttp.h PATHS /usr/share/include/llhttp)
find_library(LLHTTP_LIBRARY llhttp)
set(LLHTTP_SOURCE_DIR /usr/share/llhttp)
if(NOT LLHTTP_INCLUDE_DIR OR (NOT LLHTTP_LIBRARY AND NOT EXISTS ${LLHTTP_SOURCE_DIR}/llhttp.c))
  message(FATAL_ERROR "headgate needs llhttp. Debian 13: libllhttp-dev; Debian 12: node-llhttp (its C source). "
    "Run scripts/setup.")
endif()
if(LLHTTP_LIBRARY)
  add_library(headgate_llhttp INTERFACE)
  target_link_libraries(headgate_llhttp INTERFACE ${LLHTTP_LIBRARY})
  target_include_directories(headgate_llhttp SYSTEM INTERFACE ${LLHTTP_INCLUDE_DIR})
else()
  add_library(headgate_llhttp STATIC
    ${LLHTTP_SOURCE_DIR}/llhttp.c ${LLHTTP_SOURCE_DIR}/api.c ${LLHTTP_SOURCE_DIR}/http.c)
  target_compile_definitions(headgate_llhttp PRIVATE LLHTTP_STRICT_MODE=1)
  target_include_directories(headgate_llhttp SYSTEM PUBLIC ${LLHTTP_INCLUDE_DIR})
endif()
