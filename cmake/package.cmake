# What `cmake --install` puts where, and the Debian package that `cpack` makes of it.
include(GNUInstallDirs)

# Of the release that builds it, which stands in the package's version: the packages of a
# newer release are newer.
file(STRINGS /etc/os-release OS_RELEASE REGEX "^(ID|VERSION_ID)=")
string(REGEX MATCH "VERSION_ID=\"?([0-9]+)" MATCHED "${OS_RELEASE}")
set(CPACK_DEBIAN_PACKAGE_RELEASE "1~deb${CMAKE_MATCH_1}")

# Makes `output` in the build folder by a shell command, from `from`.
function(bankslip_doc output from)
  set(OUTPUT ${CMAKE_BINARY_DIR}/package/${output})
  add_custom_command(OUTPUT ${OUTPUT} COMMAND sh -c "${ARGN} > '${OUTPUT}'" DEPENDS ${from} VERBATIM)
  set_property(GLOBAL APPEND PROPERTY BANKSLIP_DOCS ${OUTPUT})
endfunction()
file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/package)

string(TIMESTAMP TODAY "%a, %d %b %Y 00:00:00 +0000" UTC)
# The account that .github/CODEOWNERS names. It takes no mail; SECURITY.md says where to write.
set(CPACK_PACKAGE_CONTACT "Bankslip maintainers <bankslip@users.noreply.github.com>")
file(WRITE ${CMAKE_BINARY_DIR}/package/changelog.Debian
"bankslip (${PROJECT_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE}) stable; urgency=medium

  * Release ${PROJECT_VERSION}; what changed stands in changelog.gz.

 -- ${CPACK_PACKAGE_CONTACT}  ${TODAY}
")
bankslip_doc(changelog.gz ${CMAKE_SOURCE_DIR}/CHANGELOG.md
             "gzip -9n < '${CMAKE_SOURCE_DIR}/CHANGELOG.md'")
bankslip_doc(changelog.Debian.gz ${CMAKE_BINARY_DIR}/package/changelog.Debian
             "gzip -9n < '${CMAKE_BINARY_DIR}/package/changelog.Debian'")
bankslip_doc(bankslip.1.gz ${CMAKE_SOURCE_DIR}/docs/bankslip.1
             "gzip -9n < '${CMAKE_SOURCE_DIR}/docs/bankslip.1'")
bankslip_doc(completion bankslip "'$<TARGET_FILE:bankslip>' completion bash")
bankslip_doc(sbom.cdx.json bankslip
             "'${CMAKE_SOURCE_DIR}/scripts/sbom' '$<TARGET_FILE:bankslip>'")
# The guides for who runs it; compose is none of the package's. A link out of docs/ leads to
# what stands below share/bankslip.
file(GLOB GUIDES RELATIVE ${CMAKE_SOURCE_DIR}/docs CONFIGURE_DEPENDS docs/*.md)
list(REMOVE_ITEM GUIDES CONTAINERS.md INSTALL.md)
set(LINKS "sed -e 's,](../CHANGELOG.md),](changelog.gz),g' -e 's,](../,](../../bankslip/,g'")
foreach(GUIDE ${GUIDES})
  bankslip_doc(${GUIDE} ${CMAKE_SOURCE_DIR}/docs/${GUIDE}
               "${LINKS} '${CMAKE_SOURCE_DIR}/docs/${GUIDE}'")
endforeach()
get_property(DOCS GLOBAL PROPERTY BANKSLIP_DOCS)
add_custom_target(package_files DEPENDS bankslip ${DOCS})

set(DEPLOY ${CMAKE_SOURCE_DIR}/deploy)
set(MADE ${CMAKE_BINARY_DIR}/package)
install(TARGETS bankslip DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES ${DEPLOY}/systemd/bankslip-api.service ${DEPLOY}/systemd/bankslip-worker@.service
        DESTINATION lib/systemd/system)
install(DIRECTORY ${DEPLOY}/systemd/bankslip-.service.d DESTINATION lib/systemd/system)
install(FILES ${DEPLOY}/systemd/sysusers.conf DESTINATION lib/sysusers.d RENAME bankslip.conf)
# It holds passwords; systemd reads it as root.
install(FILES ${DEPLOY}/systemd/bankslip.env DESTINATION /etc/bankslip
        PERMISSIONS OWNER_READ OWNER_WRITE)
install(FILES ${MADE}/bankslip.1.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${MADE}/completion DESTINATION share/bash-completion/completions RENAME bankslip)
install(FILES ${DEPLOY}/debian/copyright ${MADE}/changelog.gz ${MADE}/changelog.Debian.gz
              ${MADE}/sbom.cdx.json
        DESTINATION share/doc/bankslip)
install(FILES docs/INSTALL.md DESTINATION share/doc/bankslip RENAME README.Debian)
list(TRANSFORM GUIDES PREPEND ${MADE}/)
install(FILES ${GUIDES} docs/rows.svg DESTINATION share/doc/bankslip)
install(FILES docs/img/dashboard.png docs/img/mail-inline.svg docs/img/mail-paced.svg
        DESTINATION share/doc/bankslip/img)
# What the guides call scripts/ and deploy/.
install(PROGRAMS scripts/backup scripts/restore DESTINATION share/bankslip/scripts)
install(FILES scripts/common.sh DESTINATION share/bankslip/scripts)
install(FILES ${DEPLOY}/nginx.conf DESTINATION share/bankslip/deploy)
install(DIRECTORY ${DEPLOY}/prometheus DESTINATION share/bankslip/deploy)
install(DIRECTORY ${DEPLOY}/grafana/dashboards ${DEPLOY}/grafana/provisioning
        DESTINATION share/bankslip/deploy/grafana)
install(FILES ${DEPLOY}/debian/lintian-overrides DESTINATION share/lintian/overrides
        RENAME bankslip)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME bankslip)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_DIRECTORY ${CMAKE_BINARY_DIR}/package)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS
    "fonts-liberation, ca-certificates, tzdata, systemd | systemd-standalone-sysusers | systemd-sysusers")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "kcat, nginx, postgresql, postgresql-client, prometheus, python3")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${DEPLOY}/debian/postinst ${DEPLOY}/debian/prerm
                                       ${DEPLOY}/debian/postrm ${DEPLOY}/debian/conffiles)
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"server that turns files of debts into bank slips and e-mails
Takes CSV files of debts by HTTP, publishes every valid row to Kafka, makes a
bank slip (boleto) for each debt, e-mails it to the debtor and keeps the result
in PostgreSQL. Every accepted row ends as e-mailed, failed or in doubt, visible
and counted, whichever process dies on the way.
.
The package has units of systemd for the API and for workers, and the command
line: bankslip upload, status, tail, check.")
include(CPack)
