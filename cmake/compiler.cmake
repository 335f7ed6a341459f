# Language level and the compilers that can build this project.
set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Build type" FORCE)
endif()

if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  message(FATAL_ERROR
    "GCC ${CMAKE_CXX_COMPILER_VERSION} cannot build Breakwater: before version 13 it miscompiles statements "
    "that combine co_await with a temporary aggregate (GCC PR 107288), which ends in double frees at run time, "
    "and its library has no <expected>. Use Clang 19 (cmake --preset release) or GCC 13 or later.")
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 19)
  message(FATAL_ERROR
    "Clang ${CMAKE_CXX_COMPILER_VERSION} cannot build Breakwater: std::expected of Debian's libstdc++ needs the "
    "concepts support of Clang 19. Install clang-19 (scripts/setup does it) and use cmake --preset release.")
endif()

find_program(BREAKWATER_CCACHE ccache)
if(BREAKWATER_CCACHE)
  # The paths of build folder and checkout are not part of the key, so that several of them share their objects.
  set(CMAKE_CXX_COMPILER_LAUNCHER
    ${CMAKE_COMMAND} -E env CCACHE_NOHASHDIR=1 CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} ${BREAKWATER_CCACHE})
endif()

# mold links the debug build in a second where bfd takes ten. The release is linked by the lld of the compiler's version, which knows
# its ThinLTO: by the profile it puts functions that call each other side by side, so that the code of a start and of a request lies on
# fewer pages (docs/decisions/0018-linker.md).
find_program(BREAKWATER_MOLD mold)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  string(REGEX MATCH "^[0-9]+" clang_major ${CMAKE_CXX_COMPILER_VERSION})
  find_program(BREAKWATER_LLD NAMES ld.lld-${clang_major})
endif()
if(BREAKWATER_LLD AND CMAKE_BUILD_TYPE STREQUAL "Release")
  add_link_options(-fuse-ld=lld)
  # Addresses that the start has to fill in take a bit each and not 24 bytes. The C library must be told in the binary that it has them,
  # which Debian 12's mold does not do.
  add_link_options(-Wl,-z,pack-relative-relocs)
elseif(BREAKWATER_MOLD)
  add_link_options(-fuse-ld=mold)
elseif(BREAKWATER_LLD)
  add_link_options(-fuse-ld=lld)
endif()

# Debug information that backtraces need, without the variable locations that make Asio objects 40 MB.
add_compile_options($<$<CONFIG:Debug>:-g1> $<$<CONFIG:Debug>:-fno-omit-frame-pointer>)

# The hardened release: position independent, full RELRO, no executable stack, stack and heap checks that cost little.
add_compile_options(
  $<$<CONFIG:Release>:-fstack-protector-strong>
  $<$<CONFIG:Release>:-fstack-clash-protection>
  $<$<CONFIG:Release>:-fcf-protection=full>
  $<$<CONFIG:Release>:-ftrivial-auto-var-init=zero>
  $<$<CONFIG:Release>:-fno-plt>
  $<$<CONFIG:Release>:-ffunction-sections>
  $<$<CONFIG:Release>:-fdata-sections>)
add_compile_definitions($<$<CONFIG:Release>:_FORTIFY_SOURCE=3> $<$<CONFIG:Release>:_GLIBCXX_ASSERTIONS>)
add_link_options(
  $<$<CONFIG:Release>:-pie> $<$<CONFIG:Release>:-Wl,-z,relro,-z,now> $<$<CONFIG:Release>:-Wl,-z,noexecstack>
  $<$<CONFIG:Release>:-Wl,--gc-sections>)

# Reproducible paths in binaries and messages.
add_compile_options(-ffile-prefix-map=${CMAKE_SOURCE_DIR}/=)
