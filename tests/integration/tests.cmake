# The gateway from outside. One ctest entry per file, in the order of what a reader wants to know first.
# Not in parallel with each other: they measure time, and one of them holds 500 streams.
foreach(name http_guard failover routing timeouts disconnect reload_drain pool tls keys bedrock admin cli limits large_bodies bench)
  add_test(NAME integration.${name} COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_LIST_DIR}/${name}.py)
  set_tests_properties(integration.${name} PROPERTIES
    LABELS integration TIMEOUT 180 RESOURCE_LOCK clock ENVIRONMENT "BREAKWATER_BIN=$<TARGET_FILE:breakwater>")
endforeach()
