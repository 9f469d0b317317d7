# Writes OUT: an array of {file name, text} of the e-mail templates in DIR.
set(TEXT "#pragma once\n\nstruct embedded_template {\n  const char* name;\n  const char* text;\n};\n\n")
string(APPEND TEXT "inline constexpr embedded_template mail_templates[] = {\n")
foreach(NAME subject.txt body.txt body.html)
  file(READ ${DIR}/${NAME} BODY)
  string(APPEND TEXT "  {\"${NAME}\", R\"__mail__(${BODY})__mail__\"},\n")
endforeach()
string(APPEND TEXT "};\n")
file(WRITE ${OUT} "${TEXT}")
