# The warning set of every target; errors unless BREAKWATER_WERROR is off.
option(BREAKWATER_WERROR "Treat warnings as errors" ON)
add_library(breakwater_warnings INTERFACE)
target_compile_options(breakwater_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast -Wnon-virtual-dtor
  -Woverloaded-virtual -Wnull-dereference -Wimplicit-fallthrough -Wextra-semi -Wswitch-enum)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # Members left out of a designated initialiser have their defaults: that is what the defaults are for.
  target_compile_options(breakwater_warnings INTERFACE -Wno-missing-designated-field-initializers)
endif()
if(BREAKWATER_WERROR)
  target_compile_options(breakwater_warnings INTERFACE -Werror)
endif()
if(BREAKWATER_SANITIZE MATCHES "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # Asio's fences are ones that GCC's TSan does not model.
  target_compile_options(breakwater_warnings INTERFACE -Wno-error=tsan)
endif()
