# The libraries of Debian 12 and 13, each as one target with system headers.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)

# Names a vendor and the headers that are its own, as an #include begins.
# tests/checks/layering.py reads these calls.
function(bankslip_vendor name)
  add_library(vendor_${name} INTERFACE)
  add_library(vendor::${name} ALIAS vendor_${name})
endfunction()

function(bankslip_pkg name)
  pkg_check_modules(PKG_${name} REQUIRED IMPORTED_TARGET ${ARGN})
  target_link_libraries(vendor_${name} INTERFACE PkgConfig::PKG_${name})
endfunction()

# Debian ships CAF without a CMake or pkg-config file.
find_path(CAF_INCLUDE caf/actor_system.hpp REQUIRED)
find_library(CAF_CORE caf_core REQUIRED)
bankslip_vendor(caf caf/)
target_include_directories(vendor_caf SYSTEM INTERFACE ${CAF_INCLUDE})
target_link_libraries(vendor_caf INTERFACE ${CAF_CORE} Threads::Threads)

bankslip_vendor(crypto openssl/)
bankslip_pkg(crypto libcrypto)
bankslip_vendor(idn2 idn2.h)
bankslip_pkg(idn2 libidn2)

find_path(CCTZ_INCLUDE cctz/time_zone.h REQUIRED)
find_library(CCTZ_LIBRARY cctz REQUIRED)
bankslip_vendor(cctz cctz/)
target_include_directories(vendor_cctz SYSTEM INTERFACE ${CCTZ_INCLUDE})
target_link_libraries(vendor_cctz INTERFACE ${CCTZ_LIBRARY})

bankslip_vendor(rdkafka librdkafka/)
bankslip_pkg(rdkafka rdkafka)
bankslip_vendor(pqxx pqxx/)
bankslip_pkg(pqxx libpqxx)
bankslip_vendor(pq libpq-fe.h)
bankslip_pkg(pq libpq)
bankslip_vendor(rapidjson rapidjson/)
bankslip_pkg(rapidjson RapidJSON)
bankslip_vendor(httplib httplib.h)
bankslip_pkg(httplib cpp-httplib)
bankslip_vendor(prometheus prometheus/)
bankslip_pkg(prometheus prometheus-cpp-core)
bankslip_vendor(curl curl/)
bankslip_pkg(curl libcurl)
bankslip_vendor(qrencode qrencode.h)
bankslip_pkg(qrencode libqrencode)

find_path(HPDF_INCLUDE hpdf.h REQUIRED)
find_library(HPDF_LIBRARY hpdf REQUIRED)
bankslip_vendor(hpdf hpdf.h)
target_include_directories(vendor_hpdf SYSTEM INTERFACE ${HPDF_INCLUDE})
target_link_libraries(vendor_hpdf INTERFACE ${HPDF_LIBRARY})

bankslip_vendor(zlib zlib.h)
bankslip_pkg(zlib zlib)
bankslip_vendor(utf8proc utf8proc.h)
bankslip_pkg(utf8proc libutf8proc)

# Slips are written in it where the reader's own fonts have no letter.
find_path(SLIP_FONTS LiberationSans-Regular.ttf REQUIRED
          PATHS /usr/share/fonts/truetype/liberation /usr/share/fonts/truetype/liberation2)

find_path(CLI11_INCLUDE CLI/CLI.hpp REQUIRED)
bankslip_vendor(cli11 CLI/)
target_include_directories(vendor_cli11 SYSTEM INTERFACE ${CLI11_INCLUDE})

find_package(Boost REQUIRED COMPONENTS unit_test_framework)
bankslip_vendor(boost_asio boost/asio/ boost/beast/)
target_link_libraries(vendor_boost_asio INTERFACE Boost::headers Threads::Threads)
bankslip_vendor(boost_test boost/test/)
target_link_libraries(vendor_boost_test INTERFACE Boost::unit_test_framework)
target_compile_definitions(vendor_boost_test INTERFACE BOOST_TEST_DYN_LINK)

find_path(RAPIDCHECK_INCLUDE rapidcheck.h REQUIRED)
find_library(RAPIDCHECK_LIBRARY rapidcheck REQUIRED)
bankslip_vendor(rapidcheck rapidcheck)
target_include_directories(vendor_rapidcheck SYSTEM INTERFACE ${RAPIDCHECK_INCLUDE})
target_link_libraries(vendor_rapidcheck INTERFACE ${RAPIDCHECK_LIBRARY})

# The page and the API's description travel inside the program.
include(${CMAKE_CURRENT_LIST_DIR}/embed.cmake)
bankslip_vendor(site_files site_files.hpp)
set(WEBJARS ${CMAKE_SOURCE_DIR}/.local/web)
bankslip_embed(site_files ${CMAKE_SOURCE_DIR}/web
               AS docs ${WEBJARS}/swagger-ui/swagger-ui.css
                       ${WEBJARS}/swagger-ui/swagger-ui-bundle.js
               AS uplot ${WEBJARS}/uplot/uPlot.iife.min.js ${WEBJARS}/uplot/uPlot.min.css)
bankslip_vendor(openapi_files openapi_files.hpp)
bankslip_embed(openapi_files ${CMAKE_SOURCE_DIR}/http/api/openapi)

# The migrations travel inside the program.
file(GLOB SQL_FILES CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/sql/*.sql)
set(SQL_HEADER ${CMAKE_BINARY_DIR}/generated/sql_files.hpp)
add_custom_command(
  OUTPUT ${SQL_HEADER}
  COMMAND ${CMAKE_COMMAND} -DOUT=${SQL_HEADER} -DDIR=${CMAKE_SOURCE_DIR}/sql
          -P ${CMAKE_SOURCE_DIR}/cmake/embed_sql.cmake
  DEPENDS ${SQL_FILES} ${CMAKE_SOURCE_DIR}/cmake/embed_sql.cmake
  VERBATIM)
add_custom_target(sql_files DEPENDS ${SQL_HEADER})
bankslip_vendor(sql_files sql_files.hpp)
target_include_directories(vendor_sql_files INTERFACE ${CMAKE_BINARY_DIR}/generated)
add_dependencies(vendor_sql_files sql_files)

# The e-mail's default templates too.
file(GLOB MAIL_TEMPLATES CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/templates/*)
set(MAIL_TEMPLATES_HEADER ${CMAKE_BINARY_DIR}/generated/mail_templates.hpp)
add_custom_command(
  OUTPUT ${MAIL_TEMPLATES_HEADER}
  COMMAND ${CMAKE_COMMAND} -DOUT=${MAIL_TEMPLATES_HEADER} -DDIR=${CMAKE_SOURCE_DIR}/templates
          -P ${CMAKE_SOURCE_DIR}/cmake/embed_templates.cmake
  DEPENDS ${MAIL_TEMPLATES} ${CMAKE_SOURCE_DIR}/cmake/embed_templates.cmake
  VERBATIM)
add_custom_target(mail_templates DEPENDS ${MAIL_TEMPLATES_HEADER})
bankslip_vendor(mail_templates mail_templates.hpp)
target_include_directories(vendor_mail_templates INTERFACE ${CMAKE_BINARY_DIR}/generated)
add_dependencies(vendor_mail_templates mail_templates)
