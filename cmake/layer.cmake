# breakwater_layer(name DEPENDS ... LINKS ... PRIVATE_LINKS ...)
#
# One static library per layer (or per provider or ingress folder): the sources of src/<name>/, with links to exactly the
# layers and third-party targets named here. The direction of includes is checked by tests/tidy/check_layers.py as well,
# because all layers share one include root.
function(breakwater_layer name)
  cmake_parse_arguments(ARG "" "" "DEPENDS;LINKS;PRIVATE_LINKS" ${ARGN})
  # providers_openai -> src/providers/openai
  string(REGEX REPLACE "^(providers|ingress)_" "\\1/" folder ${name})
  set(folder ${CMAKE_SOURCE_DIR}/src/${folder})
  file(GLOB sources CONFIGURE_DEPENDS ${folder}/*.cpp)
  list(TRANSFORM ARG_DEPENDS PREPEND breakwater_)
  if(NOT sources)
    add_library(breakwater_${name} INTERFACE)
    target_include_directories(breakwater_${name} INTERFACE ${CMAKE_SOURCE_DIR}/include)
    target_link_libraries(breakwater_${name} INTERFACE ${ARG_DEPENDS} ${ARG_LINKS})
    return()
  endif()
  add_library(breakwater_${name} STATIC ${sources})
  target_include_directories(breakwater_${name} PUBLIC ${CMAKE_SOURCE_DIR}/include PRIVATE ${folder})
  target_link_libraries(breakwater_${name}
    PUBLIC ${ARG_DEPENDS} ${ARG_LINKS} PRIVATE ${ARG_PRIVATE_LINKS} breakwater_warnings)
endfunction()
