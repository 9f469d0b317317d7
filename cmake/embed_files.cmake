# Writes OUT.hpp and OUT.cpp for bankslip_embed: the files PATHS under the names NAMES.
set(TYPE_html "text/html; charset=utf-8")
set(TYPE_css "text/css; charset=utf-8")
set(TYPE_js "text/javascript; charset=utf-8")
set(TYPE_json "application/json")
set(TYPE_csv "text/csv; charset=utf-8")
set(TYPE_md "text/markdown; charset=utf-8")
set(TYPE_svg "image/svg+xml")
set(TYPE_png "image/png")
set(TYPE_ico "image/vnd.microsoft.icon")
set(TYPE_woff2 "font/woff2")

set(BYTES "")
set(TABLE "")
set(AT 0)
file(MAKE_DIRECTORY ${OUT})
foreach(FILE PATH IN ZIP_LISTS NAMES PATHS)
  string(REGEX MATCH "[^.]*$" ENDING "${FILE}")
  if(NOT DEFINED TYPE_${ENDING})
    message(FATAL_ERROR "no content type is known for ${FILE}: name it in ${CMAKE_CURRENT_LIST_FILE}")
  endif()
  # The page's modules are written to be read, and sent without their indentation and
  # comments. Lines keep their numbers.
  if(PATH MATCHES "/web/.*[.](js|css)$" AND NOT PATH MATCHES "/[.]local/")
    execute_process(COMMAND sed -E "s/^[[:blank:]]+//; s,^//.*,," ${PATH}
                    OUTPUT_FILE ${OUT}/${AT}.plain COMMAND_ERROR_IS_FATAL ANY)
    set(PATH ${OUT}/${AT}.plain)
  endif()
  file(SHA256 ${PATH} DIGEST)
  string(SUBSTRING ${DIGEST} 0 20 DIGEST)
  set(PACKED ${OUT}/${AT}.gz)
  execute_process(COMMAND gzip -9nc ${PATH} OUTPUT_FILE ${PACKED} COMMAND_ERROR_IS_FATAL ANY)
  file(SIZE ${PATH} PLAIN_SIZE)
  file(SIZE ${PACKED} PACKED_SIZE)
  string(APPEND BYTES "  \"plain_${AT}: .incbin \\\"${PATH}\\\"\\n.byte 0\\n\"\n")
  set(PACKED_VIEW "{}")
  if(PACKED_SIZE LESS PLAIN_SIZE)
    string(APPEND BYTES "  \"packed_${AT}: .incbin \\\"${PACKED}\\\"\\n\"\n")
    set(PACKED_VIEW "{packed_${AT}, ${PACKED_SIZE}}")
  endif()
  string(APPEND EXTERNS "extern const char plain_${AT}[] __asm__(\"plain_${AT}\");\n")
  string(APPEND EXTERNS "extern const char packed_${AT}[] __asm__(\"packed_${AT}\");\n")
  string(APPEND TABLE "  {\"${FILE}\", \"${TYPE_${ENDING}}\", \"${DIGEST}\", "
                      "{plain_${AT}, ${PLAIN_SIZE}}, ${PACKED_VIEW}},\n")
  math(EXPR AT "${AT} + 1")
endforeach()
file(WRITE ${OUT}.hpp "#pragma once\n\n#include \"http/api/embedded_file.hpp\"\n\n"
                      "bankslip::http::embedded_files ${NAME}();\n")
# Names of the assembler are the object's own, so that many such files can be linked.
file(WRITE ${OUT}.cpp "#include \"${NAME}.hpp\"\n\n"
  "__asm__(\".pushsection .rodata\\n\"\n${BYTES}  \".popsection\\n\");\n\n"
  "extern \"C\" {\n${EXTERNS}}\n\n"
  "static const bankslip::http::embedded_file files[] = {\n${TABLE}};\n\n"
  "bankslip::http::embedded_files ${NAME}() { return files; }\n")
